// @ts-check
/**
 * The lanes on the page, in their order: made, moved, taken away and put back.
 *
 * A lane keeps its letter while it moves, because the run on the page knows it by that. The next
 * run names the lanes anew, in their order. A lane that the run on the page does not have is fresh.
 */
import { Lane } from "./lane.js";

/** @typedef {Partial<import("./page_state.js").LaneState>} LaneState */

export class Lanes {
  /** @param {HTMLElement} root @param {() => void} onChange something that Run would send has changed */
  constructor(root, onChange) {
    this.root = root;
    this.letters = root.dataset.letters ?? "";
    this.onChange = onChange;
    this.tile = /** @type {HTMLElement} */ (root.querySelector("[data-add-tile]"));
    this.template = /** @type {HTMLTemplateElement} */ (document.querySelector("#lane-template"));
    const roots = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-lane]")]);
    /** In the order of the page. Always the same array. @type {Lane[]} */
    this.all = roots.map((item) => new Lane(item, onChange));
    /** Taken from the page since the last run, the last one last. @type {Lane[]} */
    this.removed = [];
    /** Told of each lane that is made. @type {(lane: Lane) => void} */
    this.onMade = () => {};
  }

  [Symbol.iterator]() {
    return this.all[Symbol.iterator]();
  }

  get isFull() {
    return this.all.length >= this.letters.length;
  }

  /** The lane that the run on the page has at a position. @param {number} position */
  at(position) {
    return this.all.find((lane) => lane.position === position && !lane.fresh) ?? null;
  }

  /** @param {Element} element @returns {Lane|null} the lane that it is part of */
  holding(element) {
    return this.all.find(({ root }) => root.contains(element)) ?? null;
  }

  // --- what a person does ------------------------------------------------------------------------

  /** A lane more at the end, with the last one's model and the default settings. @returns {Lane|null} null where there are as many as may be */
  add() {
    if (this.isFull) return null;
    const profile = this.all.at(-1)?.settings.profile;
    const lane = this.make(this.freePosition(), this.all.length);
    lane.settings.write({}, profile);
    this.onChange();
    return lane;
  }

  /** @param {Lane} lane @returns {Lane|null} the copy, beside it */
  duplicate(lane) {
    if (this.isFull) return null;
    const copy = this.make(this.freePosition(), this.all.indexOf(lane) + 1);
    copy.settings.show(lane.settings.read(), lane.settings.profile);
    copy.preset.show(lane.preset.applied);
    copy.output.inherit(lane.output);
    this.onChange();
    return copy;
  }

  /** Takes a lane from the page; the last one stays. @param {Lane} lane @returns {boolean} */
  remove(lane) {
    if (this.all.length < 2) return false;
    this.take(lane);
    this.onChange();
    return true;
  }

  /** @returns {Lane|null} the lane that was taken away last, as it was */
  putBack() {
    const lane = this.isFull ? undefined : this.removed.pop();
    if (!lane) return null;
    const other = this.all.find(({ position }) => position === lane.position);
    if (other && lane.fresh) lane.rename(this.freePosition(), this.letters);
    else other?.rename(this.freePosition(), this.letters);
    this.insert(lane, this.all.findIndex(({ position }) => position > lane.position));
    this.onChange();
    return lane;
  }

  /** @param {Lane} lane @param {number} by places to the right; left below 0 @returns {boolean} whether it could */
  move(lane, by) {
    const place = this.all.indexOf(lane) + by;
    if (place < 0 || place >= this.all.length) return false;
    this.all.splice(this.all.indexOf(lane), 1);
    this.insert(lane, place);
    this.onChange();
    return true;
  }

  // --- what a run or a draft says ----------------------------------------------------------------

  /** The lanes that were sent are the run's now: named in their order. @param {Lane[]} sent */
  settle(sent) {
    sent.forEach((lane, position) => lane.rename(position, this.letters));
    for (const lane of sent) lane.fresh = false;
    const later = this.all.filter((lane) => !sent.includes(lane));
    for (const lane of later) lane.position = -1;
    for (const lane of later) {
      lane.fresh = true;
      lane.rename(this.freePosition(sent.length), this.letters);
    }
    this.removed = sent.filter((lane) => !this.all.includes(lane));
  }

  /** A run is on the page: each of its lanes has one here, with what was typed there if it was here before. @param {(LaneState & {position: number})[]} ofRun */
  bind(ofRun) {
    const positions = new Set(ofRun.map(({ position }) => position));
    for (const lane of this.all) lane.fresh = !positions.has(lane.position);
    for (const { position, settings, profile } of ofRun) {
      if (this.at(position)) continue;
      const lane = this.make(position, this.all.length);
      lane.fresh = false;
      lane.settings.show(settings ?? {}, profile);
    }
  }

  /** Shows lanes as a draft or a run has them: as many, in its order. Those that are here stay. @param {LaneState[]} states */
  show(states) {
    const wanted = states.slice(0, this.letters.length).map((state, index) => ({ state, position: this.placeOf(state, index) }));
    const names = new Set(wanted.map(({ position }) => position));
    if (!wanted.length || names.size < wanted.length) return;
    wanted.forEach(({ state, position }, place) => {
      const here = this.all.find((lane) => lane.position === position);
      if (here) this.all.splice(this.all.indexOf(here), 1);
      const lane = here ?? this.make(position, place);
      if (here) this.insert(here, place);
      lane.fresh = state.fresh === true;
      lane.settings.show(state.settings ?? {}, state.profile);
      lane.preset.show(state.preset);
    });
    for (const lane of this.all.slice(wanted.length)) this.take(lane);
  }

  /** @param {LaneState} state @param {number} index */
  placeOf(state, index) {
    const named = state.letter ? this.letters.indexOf(state.letter) : -1;
    return named < 0 ? index : named;
  }

  // --- the page ----------------------------------------------------------------------------------

  /** A position whose letter no lane on the page has. @param {number} [from] rather than one before */
  freePosition(from = 0) {
    const used = new Set([...this.all, ...this.removed].map(({ position }) => position));
    const all = [...this.letters].map((_, position) => position);
    const positions = [...all.slice(from), ...all.slice(0, from)];
    const taken = new Set(this.all.map(({ position }) => position));
    return positions.find((position) => !used.has(position)) ?? positions.find((position) => !taken.has(position)) ?? 0;
  }

  /** @param {number} position @param {number} place */
  make(position, place) {
    const fragment = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const root = /** @type {HTMLElement} */ (fragment.querySelector("[data-lane]"));
    const lane = new Lane(root, this.onChange);
    lane.rename(position, this.letters);
    lane.fresh = true;
    this.insert(lane, place);
    /** @type {{htmx?: {process: (root: Element) => void}}} */ (/** @type {unknown} */ (window)).htmx?.process(root);
    this.onMade(lane);
    return lane;
  }

  /** @param {Lane} lane */
  take(lane) {
    this.all.splice(this.all.indexOf(lane), 1);
    lane.root.remove();
    this.removed.push(lane);
  }

  /** @param {Lane} lane @param {number} place among the others; at the end below 0 */
  insert(lane, place) {
    const next = place < 0 ? undefined : this.all[place];
    this.all.splice(next ? place : this.all.length, 0, lane);
    put(this.root, lane.root, next?.root ?? this.tile);
  }
}

/** Moves an element, and keeps what has the focus and how far it is scrolled. @param {HTMLElement} parent @param {HTMLElement} root @param {Element} before */
function put(parent, root, before) {
  if (root.parentElement === parent && root.nextElementSibling === before) return;
  const focused = root.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const scroll = /** @type {HTMLElement} */ (root.querySelector("[data-scroll]"));
  const { scrollTop } = scroll;
  parent.insertBefore(root, before);
  scroll.scrollTop = scrollTop;
  focused?.focus({ preventScroll: true });
}
