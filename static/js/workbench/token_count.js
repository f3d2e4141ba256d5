// @ts-check
/** How many tokens the prompt is, by each lane's own tokenizer, as one types; and the tokens themselves. */
import { whole } from "./numbers.js";

const WAIT_MS = 250;

/**
 * @typedef {{letter: string, profile: string, title: string}} CountedLane
 * @typedef {{messages: import("./events.js").Message[], cases: Record<string, string>[], lanes: CountedLane[]}} Counted
 * @typedef {{tokens: number|null, context: number|null, exact: boolean, problem: string}} Count
 */

export class TokenCount {
  /** @param {HTMLElement} composer @param {() => Counted} read */
  constructor(composer, read) {
    this.addresses = { count: composer.dataset.count ?? "", tokens: composer.dataset.tokens ?? "" };
    this.read = read;
    this.label = /** @type {HTMLElement} */ (composer.querySelector("[data-token-count]"));
    this.dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#prompt-tokens"));
    this.lane = /** @type {HTMLSelectElement} */ (this.dialog.querySelector("select"));
    this.place = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-prompt-tokens]"));
    this.timer = 0;
    this.asked = "";
    this.label.addEventListener("click", () => this.open());
    this.lane.addEventListener("change", () => this.fill());
    this.dialog.querySelector("[data-dialog=close]")?.addEventListener("click", () => this.dialog.close());
  }

  /** Something was typed or chosen: count again in a moment. */
  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), WAIT_MS);
  }

  async count() {
    const { messages, cases, lanes } = this.read();
    const request = JSON.stringify({ messages, cases, profiles: lanes.map(({ profile }) => profile) });
    if (request === this.asked) return;
    this.asked = request;
    if (!lanes.length || !messages.some(({ content }) => content.trim())) return this.say("", false);
    const answer = await post(this.addresses.count, { request });
    if (request !== this.asked) return;
    if (!answer) this.asked = "";
    const found = answer && await answer.json().catch(() => null);
    if (!found?.lanes) return this.say(found?.problem ?? "", Boolean(found?.problem));
    const words = countWords(lanes, found.lanes, cases.length > 1);
    this.say(words.text, words.bad);
  }

  /** @param {string} text @param {boolean} bad */
  say(text, bad) {
    this.label.hidden = !text;
    this.label.textContent = text;
    this.label.dataset.tone = bad ? "bad" : "";
  }

  open() {
    this.lane.replaceChildren(...this.read().lanes.map(({ letter, title }, index) => new Option(`${letter}: ${title}`, String(index))));
    this.dialog.showModal();
    this.fill();
  }

  async fill() {
    const { messages, cases, lanes } = this.read();
    const profile = lanes[Number(this.lane.value)]?.profile;
    const answer = await post(this.addresses.tokens, { request: JSON.stringify({ messages, cases, profiles: [profile] }) });
    const found = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    if (found) this.place.replaceChildren(...found.body.childNodes);
    else this.place.textContent = "The tokens could not be loaded. Try again in a moment.";
  }
}

/** Posts as this page's team. @param {string} address @param {Record<string, string>} fields @returns {Promise<Response|null>} */
export async function post(address, fields) {
  const headers = JSON.parse(document.querySelector("#shell")?.getAttribute("hx-headers") ?? "{}");
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) }).catch(() => null);
}

/** @param {number} tokens @param {boolean} exact */
const number = (tokens, exact) => `${exact ? "" : "about "}${whole(tokens)}`;

/**
 * @param {{letter: string}[]} lanes @param {Count[]} counts @param {boolean} several cases
 * @returns {{text: string, bad: boolean}}
 */
export function countWords(lanes, counts, several) {
  const problem = counts.findIndex((count) => count.problem);
  if (problem >= 0) return { text: `Lane ${lanes[problem].letter}: ${counts[problem].problem}`, bad: true };
  const long = counts.findIndex(({ tokens, context }) => tokens !== null && context !== null && tokens >= context);
  if (long >= 0) {
    const { tokens, context, exact } = counts[long];
    return { text: `${number(tokens ?? 0, exact)} tokens: too long for lane ${lanes[long].letter}, which has room for ${whole(context ?? 0)}`, bad: true };
  }
  const upTo = several ? "up to " : "";
  const words = counts.map(({ tokens, context, exact }) => `${upTo}${number(tokens ?? 0, exact)}${context === null ? "" : ` of ${whole(context)}`}`);
  if (new Set(words).size === 1) return { text: `${words[0]} ${words[0] === "1" ? "token" : "tokens"}`, bad: false };
  return { text: `${words.map((text, index) => `${lanes[index].letter} ${text}`).join(" · ")} tokens`, bad: false };
}
