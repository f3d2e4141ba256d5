// @ts-check
/** One token's figures and its alternatives, beside it: a click on one forks the answer there. */
import { whole } from "./numbers.js";
import { factsOf, percent, probability, visible } from "./tokens_scale.js";

/** @typedef {import("./tokens_source.js").Alternative} Alternative */
/** @typedef {import("./tokens_source.js").TokenSource} TokenSource */

const HINT = "Choose another to run the lane from here with it.";
const PHONE = matchMedia("(max-width: 760px)");
const GAP = 6;
const EDGE = 8;

export class TokenPanel {
  /** @param {HTMLElement} root @param {{left: () => void, back: () => void}} hooks when the pointer has left it, and when Escape was pressed in it */
  constructor(root, hooks) {
    this.root = root;
    this.list = part(root, "[data-panel-list]");
    this.noteLine = part(root, "[data-panel-note]");
    /** @type {TokenSource|null} */
    this.source = null;
    this.place = -1;
    root.addEventListener("pointerleave", hooks.left);
    root.addEventListener("click", (event) => this.fork(/** @type {Element} */ (event.target)));
    root.addEventListener("keydown", (event) => this.key(event, hooks.back));
  }

  get isOpen() {
    return this.root.matches(":popover-open");
  }

  /** @param {TokenSource} source @param {number} place @param {HTMLElement} beside */
  async show(source, place, beside) {
    const same = this.isOpen && this.source === source && this.place === place;
    if (same) return;
    this.source = source;
    this.place = place;
    const token = source.tokens[place];
    const number = place + 1 + (source.given?.tokens ?? 0);
    part(this.root, "[data-panel-text]").textContent = visible(token.text);
    part(this.root, "[data-panel-number]").textContent = `Token ${whole(number)}`;
    part(this.root, "[data-panel-facts]").textContent = factsOf(token);
    this.list.replaceChildren();
    this.say(source.refusal || `${HINT} ${source.note}`);
    if (!this.isOpen) this.root.showPopover();
    this.stand(beside);
    const found = await source.alternatives(place);
    if (this.source !== source || this.place !== place) return;
    this.list.replaceChildren(...found.map((one) => this.row(one, one.id === token.id)));
    if (!found.length) this.say(source.address ? "No alternatives were kept with this token." : source.refusal);
    this.stand(beside);
  }

  hide() {
    if (this.isOpen) this.root.hidePopover();
    this.place = -1;
  }

  /** The text has moved away from under it; the phone's sheet stays where it is. */
  scrolled() {
    if (!PHONE.matches) this.hide();
  }

  focus() {
    const first = this.list.querySelector("button:not([aria-disabled=true])") ?? this.list.querySelector("button");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {Alternative} one @param {boolean} chosen */
  row({ text, id, logprob }, chosen) {
    const share = logprob === null ? 0 : Math.exp(logprob);
    const row = document.createElement("li");
    const button = make("button", "alternative");
    const bar = make("span", "alternative__bar");
    button.setAttribute("type", "button");
    button.dataset.alternative = String(id);
    button.setAttribute("aria-disabled", String(chosen || Boolean(this.source?.refusal) || id < 0));
    if (chosen) button.setAttribute("aria-current", "true");
    button.setAttribute("aria-label", chosen ? `${visible(text)}, ${percent(share)}, chosen` : `Fork here with ${visible(text)}, ${percent(share)}`);
    bar.style.setProperty("--share", String(share));
    button.append(make("code", "alternative__text", visible(text)), bar, make("span", "alternative__share", percent(share)));
    row.append(button);
    return row;
  }

  /** @param {Element} target */
  async fork(target) {
    const chosen = /** @type {HTMLElement|null} */ (target.closest("[data-alternative]"));
    if (!chosen || !this.source || this.root.hasAttribute("aria-busy")) return;
    if (chosen.getAttribute("aria-disabled") === "true") return;
    this.root.setAttribute("aria-busy", "true");
    this.say("Starting a run that goes on from here…");
    const { url, problem } = await this.source.fork(this.place, Number(chosen.dataset.alternative));
    this.root.removeAttribute("aria-busy");
    if (url) location.assign(url);
    else this.say(problem ?? "");
  }

  /** @param {string} words */
  say(words) {
    this.noteLine.hidden = !words;
    this.noteLine.textContent = words;
  }

  /** @param {KeyboardEvent} event @param {() => void} back */
  key(event, back) {
    const buttons = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("button")]);
    const now = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") back();
    else if (step) buttons[Math.min(Math.max(now + step, 0), buttons.length - 1)]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Below the token where there is room, else above it; on a phone the sheet's own place. @param {HTMLElement} beside */
  stand(beside) {
    if (PHONE.matches) {
      if (beside.getBoundingClientRect().bottom > this.root.getBoundingClientRect().top) beside.scrollIntoView({ block: "start" });
      return;
    }
    const [at, own] = [beside.getBoundingClientRect(), this.root.getBoundingClientRect()];
    const below = at.bottom + GAP;
    const above = at.top - GAP - own.height;
    const top = below + own.height <= innerHeight - EDGE ? below : Math.max(EDGE, above >= EDGE ? above : innerHeight - EDGE - own.height);
    this.root.style.top = `${top}px`;
    this.root.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - own.width - EDGE))}px`;
  }
}

/** The name of a token as it is read out. @param {import("./tokens_scale.js").Token} token */
export const spoken = (token) => `${visible(token.text)}, ${percent(probability(token))}${token.rank > 0 ? `, rank ${token.rank}` : ""}`;

/** @param {string} name @param {string} className @param {string} [text] */
const make = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });

/** @param {HTMLElement} root @param {string} selector */
const part = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
