// @ts-check
/**
 * Lays tokens out as elements, a little in each frame, in blocks that the browser skips while they
 * are out of sight. A block ends with a line, or where it has grown too long to be laid out at once.
 */
import { MEASURES, stepOf, visible } from "./tokens_scale.js";

/** @typedef {import("./tokens_scale.js").Token} Token */

const FRAME_MS = 6;
const LONGEST_BLOCK = 400;

/** Tokens as elements of one place, as far as they are laid out. */
export class TokenBlocks {
  /** @param {HTMLElement} place @param {() => void} onMore when some came */
  constructor(place, onMore) {
    this.place = place;
    this.onMore = onMore;
    this.clear();
  }

  clear() {
    this.place.replaceChildren();
    /** @type {HTMLElement[]} */
    this.spans = [];
    /** @type {Token[]} */
    this.tokens = [];
    this.wanted = 0;
    /** @type {HTMLElement|null} */
    this.block = null;
  }

  /** What stands before the first token: what the answer was given, and what is not known by tokens. @param {string} given @param {string} before */
  begin(given, before) {
    this.clear();
    this.block = startBlock(this.place);
    if (given) this.block.append(Object.assign(document.createElement("span"), { className: "output__given", textContent: given }));
    if (before) this.block.append(before);
  }

  /** The first `count` of these: what is there already stays. @param {Token[]} tokens @param {number} count */
  show(tokens, count) {
    this.tokens = tokens;
    this.wanted = count;
    waiting.add(this);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(work); // at once, with what other lanes show in this frame
  }

  /** Lays out one token; false where there is none to be laid out. */
  step() {
    const number = this.spans.length;
    if (number >= this.wanted) return false;
    const token = this.tokens[number];
    const span = spanOf(token, number);
    this.spans.push(span);
    this.block ??= startBlock(this.place);
    this.block.append(span);
    if (token.text.includes("\n") || this.block.childElementCount >= LONGEST_BLOCK) this.block = null;
    return true;
  }
}

/** All lanes share a frame's time. @type {Set<TokenBlocks>} */
const waiting = new Set();
let scheduled = false;

function work() {
  const until = performance.now() + FRAME_MS;
  const grown = new Set(waiting);
  do for (const blocks of waiting) if (!blocks.step()) waiting.delete(blocks);
  while (waiting.size && performance.now() < until);
  for (const blocks of grown) blocks.onMore();
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(work);
}

/** @param {HTMLElement} place */
function startBlock(place) {
  const block = Object.assign(document.createElement("div"), { className: "token-view__block" });
  place.append(block);
  return block;
}

/** @param {Token} token @param {number} place */
function spanOf(token, place) {
  const span = Object.assign(document.createElement("span"), { className: "token", textContent: shown(token.text) });
  span.setAttribute("role", "option");
  span.dataset.place = String(place);
  span.tabIndex = place ? -1 : 0;
  mark(span, (measure) => stepOf(token, measure));
  return span;
}

/** The token's step by each measure; which of them is shown is the view's. @param {HTMLElement} span @param {(measure: import("./tokens_scale.js").Measure) => number|null} stepBy */
function mark(span, stepBy) {
  for (const [name, measure] of Object.entries(MEASURES)) {
    const step = stepBy(measure);
    if (step) span.dataset[name] = String(step);
  }
}

/** A token as it stands in the text: what has no form of its own gets one. @param {string} text */
function shown(text) {
  if (!text) return "∅";
  return text.trim() || !text.includes("\n") ? text : visible(text.replaceAll(" ", ""));
}

/** What each step of a measure looks like. @param {string} name @returns {HTMLElement[]} */
export function legendOf(name) {
  return MEASURES[name].steps.map((words, step) => {
    const item = document.createElement("li");
    const key = Object.assign(document.createElement("span"), { className: "token", textContent: "ab" });
    key.setAttribute("aria-hidden", "true");
    mark(key, () => step);
    item.append(key, Object.assign(document.createElement("span"), { className: "token-legend__words", textContent: words }));
    return item;
  });
}
