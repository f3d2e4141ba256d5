// @ts-check
/** Tells screen readers where each lane stands: changes of status and the end, never the tokens. */
import { isTerminal } from "./events.js";
import { duration } from "./figures.js";

export class Announcer {
  /** @param {HTMLElement} target */
  constructor(target) {
    this.target = target;
    /** @type {Map<string, string>} */
    this.said = new Map();
  }

  /** @param {string} letter @param {import("./stream.js").StreamState} state */
  note(letter, state) {
    if (this.said.get(letter) === `${state.generation} ${state.status}`) return;
    this.said.set(letter, `${state.generation} ${state.status}`);
    this.target.textContent = `Lane ${letter}: ${this.words(state)}`;
  }

  /** @param {string} text what a person has just done */
  say(text) {
    this.target.textContent = text;
  }

  /** @param {import("./stream.js").StreamState} state */
  words(state) {
    if (!isTerminal(state.status)) return state.status;
    const ttft = state.metrics?.ttft_ms;
    const speed = typeof ttft === "number" ? `, first token after ${duration(ttft).join(" ")}` : "";
    return `${state.status}, ${state.tokens} tokens${speed}. ${state.error}`;
  }
}
