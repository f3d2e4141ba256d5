// @ts-check
/**
 * Lays tokens out as elements, a little in each frame, in blocks, of which only the last is laid out
 * anew as it grows. A block ends with a line of the text, or of the screen where that has grown long.
 */
import { onceLaidOut, Turns } from "./layout.js";
import { intoSection } from "./sections.js";
import { MEASURES, stepOf, visible } from "./tokens_scale.js";

/** @typedef {import("./tokens_scale.js").Token} Token */

const FRAME_MS = 6;
const LONGEST_BLOCK = 80;
const turns = new Turns(12);
const CUT = "token--cut";

/** Tokens as elements of one place, as far as they are laid out. */
export class TokenBlocks {
  /** @param {HTMLElement} place @param {() => void} onMore when some came */
  constructor(place, onMore) {
    this.place = place;
    this.onMore = onMore;
    /** @type {HTMLElement[]} */
    this.spans = [];
    /** @type {Token[]} */
    this.tokens = [];
    /** So many of them are to be laid out. */
    this.wanted = 0;
    /** The last block, while it grows. @type {HTMLElement|null} */
    this.block = null;
    /** Characters in the last block. */
    this.length = 0;
  }

  clear() {
    this.place.replaceChildren();
    this.spans = [];
    this.tokens = [];
    this.wanted = this.length = 0;
    this.block = null;
  }

  /** What stands before the first token: what the answer was given, and what is not known by tokens. @param {string} given @param {string} before */
  begin(given, before) {
    this.clear();
    this.block = this.startBlock([], given.length + before.length);
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
    if (this.block) this.block.append(span);
    else this.block = this.startBlock([span], 0);
    this.length += token.text.length;
    if (token.text.includes("\n")) this.block = null;
    return true;
  }

  /** @param {HTMLElement[]} spans its first @param {number} length of other text in it */
  startBlock(spans, length) {
    const block = document.createElement("div");
    block.append(...spans);
    intoSection(this.place, null, block, this.length);
    this.length = length;
    return block;
  }

  /** The spans on the last line of a block that has grown long; none where it does not begin with a token. @returns {HTMLElement[]} */
  lastLine() {
    const { block } = this;
    if (!block || block.childElementCount <= LONGEST_BLOCK || block.contains(document.activeElement)) return [];
    const spans = /** @type {HTMLElement[]} */ ([...block.children]);
    const { top } = endOf(spans[spans.length - 1]);
    const start = spans.findLastIndex((span) => endOf(span).top !== top) + 1;
    const cuts = start && beginsLine(spans[start], block) && (start > 2 * LONGEST_BLOCK || turns.take());
    return cuts ? spans.slice(start) : [];
  }

  /** The last line begins a new block, where it stands already. @param {HTMLElement[]} spans */
  cut(spans) {
    if (!spans.length || spans[0].parentElement !== this.block) return;
    this.block = this.startBlock(spans, 0);
    spans[0].classList.add(CUT);
  }

  /** Lines end elsewhere in another width: within a section, as if nothing had been cut. */
  join() {
    const focused = document.activeElement;
    for (const span of this.place.querySelectorAll(`:not(:first-child) > .${CUT}`)) {
      const block = /** @type {HTMLElement} */ (span.parentElement);
      const before = /** @type {HTMLElement} */ (block.previousElementSibling);
      span.classList.remove(CUT);
      before.append(...block.childNodes);
      block.remove();
      if (block === this.block) this.block = before;
    }
    if (focused instanceof HTMLElement && this.spans.includes(focused)) focused.focus({ preventScroll: true });
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
  for (const blocks of grown) {
    blocks.onMore();
    onceLaidOut(() => blocks.lastLine(), (spans) => blocks.cut(spans));
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(work);
}

/** Where it ends: a token's space may stand at the end of the line before. @param {HTMLElement} span */
function endOf(span) {
  const rects = span.getClientRects();
  return rects[rects.length - 1] ?? span.getBoundingClientRect();
}

/** Whether it does, but for a space at the end of the line before. @param {HTMLElement} span @param {HTMLElement} block */
function beginsLine(span, block) {
  const whole = span.getClientRects().length === 1 || /^ \S*$/.test(span.textContent ?? "");
  return whole && Math.abs(endOf(span).left - block.getBoundingClientRect().left) < 1;
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
