// @ts-check
/**
 * Lays tokens out as elements, a little in each frame, in blocks that the browser skips while they
 * are out of sight. A block ends with a line, or where it has grown too long to be laid out at once.
 */
import { MEASURES, stepOf, visible } from "./tokens_scale.js";

/** @typedef {import("./tokens_scale.js").Token} Token */

const FRAME_MS = 6;
const LONGEST_BLOCK = 400;

/**
 * @param {HTMLElement} place @param {string} given the text before the first token
 * @param {Token[]} tokens @param {HTMLElement[]} spans gets each token's element @param {() => boolean} stillWanted
 */
export function layOut(place, given, tokens, spans, stillWanted) {
  let block = startBlock(place);
  if (given) block.append(Object.assign(document.createElement("span"), { className: "output__given", textContent: given }));
  jobs.push(() => {
    if (!stillWanted() || spans.length === tokens.length) return false;
    const token = tokens[spans.length];
    const span = spanOf(token, spans.length);
    spans.push(span);
    block.append(span);
    if (token.text.includes("\n") || block.childElementCount >= LONGEST_BLOCK) block = startBlock(place);
    return true;
  });
  if (jobs.length === 1) requestAnimationFrame(work);
}

/** Each lays out one token more; false is the end. All lanes share a frame's time. @type {(() => boolean)[]} */
let jobs = [];

function work() {
  const until = performance.now() + FRAME_MS;
  do jobs = jobs.filter((job) => job());
  while (jobs.length && performance.now() < until);
  if (jobs.length) requestAnimationFrame(work);
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
