// @ts-check
/**
 * An answer's sections: full ones are skipped by the browser while they are out of sight. Each is a
 * layer that every frame looks through, so it holds many blocks; and the one that grows is not such a
 * layer, as its size would be settled anew with every line.
 */
import { onceLaidOut, Turns } from "./layout.js";

const LONGEST_SECTION = 2000;
const turns = new Turns(40);

/**
 * Puts a block of so many characters into the last section, or into a new one after it.
 *
 * @param {HTMLElement} place of the sections @param {Node|null} after what follows them @param {HTMLElement} block @param {number} length
 */
export function intoSection(place, after, block, length) {
  const last = after ? after.previousSibling : place.lastChild;
  const grown = last instanceof HTMLElement ? Number(last.dataset.length) + length : 0;
  if (last instanceof HTMLElement && (grown <= LONGEST_SECTION || (grown <= 2 * LONGEST_SECTION && !turns.take()))) {
    last.dataset.length = String(grown);
    last.append(block);
    return;
  }
  if (last instanceof HTMLElement) onceLaidOut(() => last.offsetHeight, (height) => skip(last, height));
  const section = Object.assign(document.createElement("div"), { className: "output__growing" });
  section.dataset.length = String(length);
  section.append(block);
  place.insertBefore(section, after);
}

/** It grows no more. Until the browser has seen it as one that it may skip, it goes by the height named here. @param {HTMLElement} section @param {number} height 0 where nothing is laid out */
function skip(section, height) {
  if (height) section.style.containIntrinsicBlockSize = `auto ${height}px`;
  section.className = "output__section";
}
