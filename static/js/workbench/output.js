// @ts-check
/**
 * A lane's answer: its text or tokens while it streams, then formatted, as text or as tokens. What a model
 * wrote is appended as text, never as markup, and followed unless the reader scrolls up.
 */
import { isTerminal } from "./events.js";
import { onceLaidOut } from "./layout.js";
import { whole } from "./numbers.js";
import { Formatted } from "./output_formatted.js";
import { appendText, joinText } from "./output_text.js";
import { choice } from "./tokens_choice.js";
import { TokenView } from "./tokens.js";

/** @typedef {import("./stream.js").StreamState} StreamState */
/** @typedef {{generation: number, kept: number, token: null}} Fork */
/** @typedef {{tokens: number, text: string}} Given */

const NEAR_END_PX = 40;
/** Below the text, in lane.css. */
const PADDING_PX = 18;

export class Output {
  /** @param {HTMLElement} lane */
  constructor(lane) {
    /** @param {string} selector */
    const part = (selector) => /** @type {HTMLElement} */ (lane.querySelector(selector));
    this.root = part("[data-output]");
    this.scroll = part("[data-scroll]");
    this.plain = part("[data-plain]");
    this.target = part("[data-text]");
    this.empty = part("[data-empty]");
    this.caret = part("[data-caret]");
    this.mark = part("[data-stopmark]");
    this.latest = part("[data-action=latest]");
    this.given = part("[data-given]");
    this.givenLine = part("[data-given-line]");
    this.givenCount = part("[data-given-count]");
    this.buttons = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("[data-view]")]);
    this.tokens = new TokenView(lane, () => this.keepUp());
    this.formatted = new Formatted(part("[data-formatted]"), () => this.showView());
    this.view = choice.view;
    this.shown = "";
    this.following = true;
    this.live = false;
    this.width = 0;
    /** @type {StreamState|null} */
    this.state = null;
    /** Whether the next run is to begin anew, where this one began with given tokens. */
    this.dropped = false;
    /** What the lane that this one was copied from begins with, until a run comes. @type {{fork: Fork, given: Given}|null} */
    this.inherited = null;
    this.scroll.addEventListener("scroll", () => this.noticeScroll(), { passive: true });
    this.latest.addEventListener("click", () => this.follow());
    part("[data-drop-given]").addEventListener("click", () => this.dropGiven());
    new ResizeObserver(() => this.resized()).observe(this.scroll);
    this.scroll.addEventListener("show-text", () => this.choose("text"));
    for (const button of this.buttons) button.addEventListener("click", () => this.pick(button.dataset.view ?? ""));
    this.showView();
  }

  /** @param {StreamState} state @param {string} ending why it ends early, if it does */
  paint(state, ending) {
    const before = this.state;
    const other = state.generation !== before?.generation || state.given !== before.given;
    if (other) {
      this.dropped = false;
      this.inherited = null;
      this.tokens.clear();
    }
    this.state = state;
    if (other) this.showGiven();
    this.show(state.text, state.status === "streaming", ending);
    if (other || isTerminal(state.status) || !state.marks !== !before?.marks) this.showView();
    else if (this.asTokens && state.marks) this.tokens.follow(state, state.marks);
  }

  /**
   * Shows `text`. What is there already stays as it is when the text goes on from it.
   *
   * @param {string} text @param {boolean} live @param {string} ending why it ends early, if it does
   */
  show(text, live, ending) {
    this.live = live;
    if (!text.startsWith(this.shown)) this.empties();
    if (text.length > this.shown.length) appendText(this.target, text.slice(this.shown.length));
    this.shown = text;
    this.empty.hidden = true;
    this.caret.hidden = !live;
    this.mark.hidden = !ending;
    this.mark.textContent = ending;
    if (this.scroll.ariaBusy !== String(live)) this.scroll.ariaBusy = String(live);
    if (!this.asTokens) this.keepUp();
    this.latest.hidden = this.following || !live;
  }

  clear() {
    this.state = null;
    this.empties();
    this.tokens.clear();
    this.formatted.clear();
    this.showGiven();
    this.showView();
  }

  empties() {
    this.target.replaceChildren();
    this.shown = "";
    this.following = true;
  }

  // --- ways to show it -------------------------------------------------------------------------

  /** By hand: the next page begins with it too. @param {string} view */
  pick(view) {
    choice.rememberView(view);
    this.choose(view);
  }

  /** @param {string} view */
  choose(view) {
    this.view = view;
    this.showView();
  }

  /** Of an answer that has not ended there is text, whatever is chosen, and tokens where their figures come with them. */
  showView() {
    const { state, view } = this;
    const ended = state !== null && isTerminal(state.status) && !state.stale;
    const address = ended ? state.address : "";
    const marks = state !== null && !isTerminal(state.status) ? state.marks : null;
    const asTokens = view === "tokens" && Boolean(address || marks);
    const wanted = view === "formatted" && address && !this.target.querySelector("mark");
    const asFormatted = Boolean(wanted) && this.formatted.has(address, (state?.given?.text ?? "") + this.shown);
    for (const button of this.buttons) button.ariaPressed = String(button.dataset.view === view);
    this.formatted.root.hidden = !asFormatted;
    this.plain.hidden = asTokens || asFormatted;
    this.root.dataset.shows = asTokens ? "tokens" : asFormatted ? "formatted" : "text";
    // The last tokens and the end may come in one frame.
    const last = state !== null && ended ? state.marks : null;
    if (state && last && this.tokens.follows(state, last)) {
      this.tokens.follow(state, last);
      queueMicrotask(() => this.following && this.scrollToEnd());
    }
    this.tokens.show(asTokens, address);
    if (asTokens && state && marks) this.tokens.follow(state, marks);
  }

  get asTokens() {
    return this.root.dataset.shows === "tokens";
  }

  // --- what was given --------------------------------------------------------------------------

  /** What makes the next run begin as this one did; null where it begins by itself. @returns {Fork|null} */
  get fork() {
    const { state } = this;
    if (this.dropped) return null;
    if (this.inherited) return this.inherited.fork;
    return state?.given ? { generation: state.generation, kept: state.given.tokens, token: null } : null;
  }

  /** What the answer begins with, made elsewhere. @returns {Given|null} */
  get beginning() {
    return this.inherited?.given ?? this.state?.given ?? null;
  }

  /** Begins its first run as that answer's lane begins its next. @param {Output} other */
  inherit(other) {
    const { fork, beginning } = other;
    if (!fork || !beginning) return;
    this.inherited = { fork, given: beginning };
    this.showGiven();
  }

  showGiven() {
    const given = this.beginning;
    this.given.hidden = !given;
    this.given.textContent = given?.text ?? "";
    this.givenLine.hidden = !given || this.dropped;
    if (given) this.givenCount.textContent = `Begins with ${whole(given.tokens)} given ${given.tokens === 1 ? "token" : "tokens"}`;
  }

  dropGiven() {
    this.dropped = true;
    this.showGiven();
    this.scroll.focus();
  }

  /** Lines end elsewhere now. */
  resized() {
    const { clientWidth } = this.scroll;
    if (!clientWidth || clientWidth === this.width) return;
    if (this.width) {
      joinText(this.target);
      this.tokens.blocks.join();
    }
    this.width = clientWidth;
  }

  // --- following -------------------------------------------------------------------------------

  /** Shows the end of what streams, unless the reader has scrolled up. */
  keepUp() {
    if (this.following && this.live) this.scrollToEnd();
  }

  scrollToEnd() {
    onceLaidOut(() => this.scroll.scrollTop + this.below, (top) => (this.scroll.scrollTop = top));
  }

  /** So many pixels of the answer are below what is seen. While it streams, there is room after its end. */
  get below() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    const end = this.asTokens ? this.tokens.text.lastElementChild?.lastElementChild : this.caret;
    if (!this.live || !end) return scrollHeight - scrollTop - clientHeight;
    return end.getBoundingClientRect().bottom + PADDING_PX - this.scroll.getBoundingClientRect().bottom;
  }

  noticeScroll() {
    this.following = this.below < NEAR_END_PX;
    this.latest.hidden = this.following || !this.live;
  }

  follow() {
    this.following = true;
    this.scrollToEnd();
    this.latest.hidden = true;
  }
}
