// @ts-check
/** An answer as its tokens, each colored by how likely it was, and open to be looked at. */
import { legendOf, TokenBlocks } from "./tokens_blocks.js";
import { choice } from "./tokens_choice.js";
import { spoken, TokenPanel } from "./tokens_panel.js";
import { LiveTokens, TokenSource } from "./tokens_source.js";

const OPEN_MS = 70;
const LEAVE_MS = 250;
const NONE_KEPT = "No probabilities were kept with this answer. They are kept where Alternatives kept is set before a run.";
const NOT_KEPT = "No alternatives were kept with this answer.";
const NONE_GIVEN = "No probabilities were kept with this answer, and this lane's model gives none.";

export class TokenView {
  /** @param {HTMLElement} lane @param {() => void} onMore when more tokens stand on the page */
  constructor(lane, onMore) {
    this.lane = lane;
    this.root = this.part("[data-token-view]");
    this.text = this.part("[data-token-text]");
    this.line = this.part("[data-token-line]");
    this.keep = this.part("[data-keep-alternatives]");
    this.legend = this.part("[data-token-legend]");
    this.measure = /** @type {HTMLSelectElement} */ (this.part("[data-measure]"));
    this.panel = new TokenPanel(this.part("[data-token-panel]"), { left: () => this.leave(), back: () => this.back() });
    /** @type {TokenSource|null} */
    this.source = null;
    this.blocks = new TokenBlocks(this.text, onMore);
    /** The stream whose tokens are shown: its generation, its attempt, and where they begin. */
    this.streamed = "";
    /** The ended answer that is shown, and the one that is asked for. */
    this.known = this.loading = "";
    this.current = 0;
    this.timer = 0;
    this.measure.addEventListener("change", () => choice.chooseMeasure(this.measure.value));
    choice.addEventListener("measure", () => this.showMeasure());
    this.keep.addEventListener("click", () => this.keepAlternatives());
    this.text.addEventListener("pointerover", (event) => this.hover(/** @type {Element} */ (event.target)));
    this.text.addEventListener("pointerleave", () => this.leave());
    this.text.addEventListener("focusin", (event) => this.focused(/** @type {Element} */ (event.target)));
    this.text.addEventListener("focusout", () => this.leave());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("click", (event) => this.placeOf(/** @type {Element} */ (event.target)) >= 0 && this.focusOn(this.placeOf(/** @type {Element} */ (event.target))));
    this.part("[data-scroll]").addEventListener("scroll", () => this.panel.scrolled(), { passive: true });
    document.addEventListener("pointerdown", (event) => this.pressed(/** @type {Element} */ (event.target)));
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.lane.querySelector(selector));
  }

  get spans() {
    return this.blocks.spans;
  }

  /** @param {boolean} shown @param {string} address of the answer, "" of one that has not ended */
  show(shown, address) {
    this.root.hidden = !shown;
    this.legend.hidden = !shown || !this.source?.tokens.length;
    if (!shown) this.panel.hide();
    if (shown && address && address !== this.known && address !== this.loading) this.load(address);
  }

  /** Of an answer that streams: what is known of its tokens so far. @param {import("./stream.js").StreamState} state @param {import("./marks.js").Marks} marks */
  follow(state, marks) {
    if (!this.follows(state, marks)) {
      const { given, text } = state;
      this.clear();
      this.streamed = streamOf(state, marks);
      this.source = new LiveTokens({ text: given?.text ?? "", tokens: (given?.tokens ?? 0) + marks.before });
      this.blocks.begin(given?.text ?? "", text.slice(0, marks.from));
      this.legend.hidden = false;
      this.showMeasure();
    }
    if (this.source) this.source.tokens = marks.tokens;
    this.blocks.show(marks.tokens, marks.count);
  }

  /** Whether its tokens stand here already, as they came. @param {import("./stream.js").StreamState} state @param {import("./marks.js").Marks} marks */
  follows(state, marks) {
    return this.streamed === streamOf(state, marks);
  }

  clear() {
    this.source = null;
    this.streamed = this.known = this.loading = "";
    this.current = 0;
    this.panel.hide();
    this.blocks.clear();
    this.say("", false);
    this.legend.hidden = true;
  }

  /** What streamed stays, and stays open to be looked at, until the server's is here. @param {string} address */
  async load(address) {
    const streamed = this.streamed ? this.blocks.tokens.slice(0, this.blocks.wanted) : [];
    if (!streamed.length) this.clear();
    this.loading = address;
    if (!streamed.length) this.say("Loading the tokens…", false);
    const source = new TokenSource(address);
    const found = await source.load();
    if (this.loading !== address) return;
    this.loading = "";
    if (found) this.known = address;
    if (streamed.length && !source.tokens.length) this.endAsItCame(found);
    else if (!found) this.say("The tokens could not be loaded. Choose Tokens again to retry.", false);
    else if (!source.tokens.length) this.sayNone();
    else this.take(source, streamed);
  }

  /** The server has nothing, and what streamed is here. @param {boolean} found whether it answered */
  endAsItCame(found) {
    if (this.source) this.source.refusal = found ? NOT_KEPT : "The alternatives could not be loaded. Choose Tokens again to retry.";
  }

  /** @param {TokenSource} source @param {import("./tokens_scale.js").Token[]} streamed what stands here of it */
  take(source, streamed) {
    const { known } = this;
    this.panel.hide();
    if (!areAlike(streamed, source.tokens)) {
      this.clear();
      this.known = known;
      this.build(source);
    }
    this.source = source;
    this.streamed = "";
    this.legend.hidden = this.root.hidden;
  }

  sayNone() {
    const control = this.lane.querySelector("[data-control=logprobs]:not([hidden])");
    this.say(control ? NONE_KEPT : NONE_GIVEN, Boolean(control));
  }

  /** @param {string} words @param {boolean} offers */
  say(words, offers) {
    this.line.hidden = !words;
    this.line.textContent = words;
    this.keep.hidden = !offers;
  }

  keepAlternatives() {
    const entry = /** @type {HTMLInputElement|null} */ (this.lane.querySelector("[data-control=logprobs] [data-entry]"));
    if (!entry) return;
    entry.value = "20";
    entry.dispatchEvent(new Event("input", { bubbles: true }));
    this.say("Set. The tokens are here after the next run.", false);
  }

  /** @param {TokenSource} source */
  build(source) {
    this.say("", false);
    this.legend.hidden = this.root.hidden;
    this.showMeasure();
    this.blocks.begin(source.given?.text ?? "", "");
    this.blocks.show(source.tokens, source.tokens.length);
  }

  showMeasure() {
    this.measure.value = choice.measure;
    this.root.dataset.by = this.legend.dataset.by = choice.measure;
    this.part("[data-token-scale]").replaceChildren(...legendOf(choice.measure));
  }

  // --- one token -------------------------------------------------------------------------------

  /** @param {Element} target */
  placeOf(target) {
    const place = target instanceof HTMLElement ? target.dataset.place : undefined;
    return place === undefined ? -1 : Number(place);
  }

  /** @param {Element} target */
  hover(target) {
    const place = this.placeOf(target);
    clearTimeout(this.timer);
    if (place >= 0) this.timer = setTimeout(() => this.open(place), this.panel.isOpen ? 0 : OPEN_MS);
  }

  /** Elsewhere than on a token or in the panel: it has been looked at. @param {Element} target */
  pressed(target) {
    if (this.panel.isOpen && !this.panel.root.contains(target) && !this.text.contains(target)) this.panel.hide();
  }

  leave() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const focused = document.activeElement;
      const held = focused instanceof Element && (this.panel.root.contains(focused) || (this.text.contains(focused) && focused.matches(":focus-visible")));
      if (!held && !this.panel.root.matches(":hover")) this.panel.hide();
    }, LEAVE_MS);
  }

  /** @param {number} place */
  open(place) {
    if (this.source) this.panel.show(this.source, place, this.spans[place]);
  }

  /** @param {Element} target */
  focused(target) {
    const place = this.placeOf(target);
    if (place < 0 || !this.source) return;
    this.spans[this.current].tabIndex = -1;
    this.current = place;
    this.spans[place].tabIndex = 0;
    this.spans[place].ariaLabel = spoken(this.source.tokens[place]);
    clearTimeout(this.timer);
    this.open(place);
  }

  /** @param {number} place */
  focusOn(place) {
    this.spans[Math.min(Math.max(place, 0), this.spans.length - 1)]?.focus();
  }

  back() {
    this.focusOn(this.current);
    this.panel.hide();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowRight: this.current + 1, ArrowLeft: this.current - 1, Home: 0, End: this.spans.length - 1 };
    const wanted = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (wanted !== undefined) this.focusOn(wanted);
    else if (event.key === "ArrowDown" || event.key === "Enter") this.panel.focus();
    else if (event.key === "Escape" && this.panel.isOpen) this.panel.hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {import("./stream.js").StreamState} state @param {import("./marks.js").Marks} marks */
const streamOf = ({ generation, attempt }, { from }) => `${generation} ${attempt} ${from}`;

/** Whether what is on the page already is what the server keeps; of a character's pieces it may keep other texts. @param {import("./tokens_scale.js").Token[]} some @param {import("./tokens_scale.js").Token[]} others */
function areAlike(some, others) {
  return some.length === others.length && some.every(({ text, id }, place) => (id >= 0 && id === others[place].id) || text === others[place].text);
}
