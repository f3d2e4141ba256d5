// @ts-check
/**
 * A lane that draws several answers: how many have come, and, once all have, which one is shown and
 * how they voted, as the server counts it.
 */
import { isTerminal } from "./events.js";

export class LaneSamples {
  /** @param {HTMLElement} lane @param {(generation: number) => void} onChosen */
  constructor(lane, onChosen) {
    this.line = /** @type {HTMLElement} */ (lane.querySelector("[data-samples-line]"));
    this.place = /** @type {HTMLElement} */ (lane.querySelector("[data-samples]"));
    this.onChosen = onChosen;
    this.asked = "";
  }

  clear() {
    this.asked = "";
    this.line.hidden = this.place.hidden = true;
    this.place.replaceChildren();
  }

  /** @param {import("./stream.js").StreamState[]} states of all samples @param {string} address of what the server says of them */
  update(states, address) {
    if (states.length < 2) return;
    const ended = states.filter(({ status }) => isTerminal(status)).length;
    if (ended < states.length) this.say(`${ended} of ${states.length} samples have ended; this is the first.`);
    else if (address !== this.asked) this.fetch(address);
  }

  /** @param {string} text */
  say(text) {
    this.line.hidden = false;
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  /** @param {string} address */
  async fetch(address) {
    this.asked = address;
    const answer = await fetch(address).catch(() => null);
    if (this.asked !== address) return; // another run has begun
    if (!answer?.ok) {
      this.say("All samples have ended, but their votes could not be loaded. Reload the page to see them.");
      return;
    }
    this.show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  /** @param {Document} found */
  show(found) {
    const body = found.querySelector("[data-shown]");
    if (!(body instanceof HTMLElement)) return;
    const all = [...body.querySelectorAll(".sample")];
    const shown = all.findIndex((item) => item.classList.contains("sample--shown"));
    this.say(`Sample ${shown + 1} of ${all.length}.`);
    this.place.replaceChildren(body);
    this.place.hidden = false;
    this.onChosen(Number(body.dataset.shown));
  }
}
