// @ts-check
/**
 * Text that grows by a few characters many times a second. All but its last lines stand in blocks
 * that the browser lays out once, so that a frame costs the same after four thousand tokens as after
 * forty. The text content stays what was appended.
 */
import { onceLaidOut, Turns } from "./layout.js";
import { intoSection } from "./sections.js";

const LONGEST_TAIL = 1000;
const turns = new Turns(12);

/** @param {HTMLElement} target @param {string} chunk */
export function appendText(target, chunk) {
  const last = target.lastChild;
  if (!(last instanceof Text)) {
    target.append(document.createTextNode(chunk));
    return;
  }
  last.appendData(chunk);
  if (last.length > LONGEST_TAIL && turns.take()) onceLaidOut(() => lastLine(last), (start) => putAway(target, last, start));
}

/** All before the last line goes into a block. @param {HTMLElement} target @param {Text} tail @param {number} end */
function putAway(target, tail, end) {
  if (!end || tail.parentNode !== target) return;
  const block = document.createElement("div");
  block.textContent = tail.data.slice(0, end);
  tail.deleteData(0, end);
  intoSection(target, tail, block, end);
}

/** Lines end elsewhere in another width: a section's blocks become one. What is marked stays. @param {HTMLElement} target */
export function joinText(target) {
  if (target.querySelector("mark")) return;
  for (const { children: [first, ...others], textContent } of target.children) {
    if (others.length) first.textContent = textContent;
    for (const block of others) block.remove();
  }
}

/** Where the last line begins: of the text, or on the screen; 0 where nothing is laid out. @param {Text} text */
function lastLine(text) {
  const begun = text.data.lastIndexOf("\n") + 1;
  if (begun) return begun;
  const range = document.createRange();
  /** @param {number} at */
  const top = (at) => {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().top;
  };
  const last = top(text.length - 1);
  let [low, high] = [0, text.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (top(middle) < last) low = middle + 1;
    else high = middle;
  }
  return low;
}
