// @ts-check
/**
 * An answer's tokens: an ended one's with their alternatives, as the server keeps them, and a
 * streaming one's as they come.
 *
 * @typedef {import("./tokens_scale.js").Token} Token
 * @typedef {{text: string, id: number, logprob: number|null}} Alternative
 * @typedef {{tokens: number, text: string}} Given
 */
import { tokenOf } from "./tokens_scale.js";

export class TokenSource {
  /** @param {string} address of the answer */
  constructor(address) {
    this.address = address;
    /** @type {Token[]} */
    this.tokens = [];
    /** @type {Given|null} */
    this.given = null;
    /** Why no fork can be made of it, and what would not be the same in one. */
    this.refusal = "";
    this.note = "";
    this.atOnce = 64;
    /** @type {Map<number, Promise<Alternative[][]>>} */
    this.chunks = new Map();
  }

  /** Whether they could be had. */
  async load() {
    const found = await ask(`${this.address}tokens/`);
    if (!found) return false;
    this.tokens = found.tokens.map(tokenOf);
    this.given = found.given;
    this.refusal = found.refusal;
    this.note = found.note;
    this.atOnce = found.at_once;
    return true;
  }

  /** What else could have come in the place of a token, the likeliest first. @param {number} place @returns {Promise<Alternative[]>} */
  async alternatives(place) {
    const start = place - (place % this.atOnce);
    let chunk = this.chunks.get(start);
    if (!chunk) {
      chunk = this.fetchChunk(start);
      this.chunks.set(start, chunk);
    }
    return (await chunk)[place - start] ?? [];
  }

  /** @param {number} start @returns {Promise<Alternative[][]>} */
  async fetchChunk(start) {
    const found = await ask(`${this.address}tokens/?start=${start}`);
    if (!found) this.chunks.delete(start);
    return (found?.alternatives ?? []).map((/** @type {[string, number, number|null][]} */ listed) =>
      listed.map(([text, id, logprob]) => ({ text, id, logprob })));
  }

  /** A run in which the answer takes another way: where it is, or why it isn't. @param {number} place @param {number} token */
  async fork(place, token) {
    const body = new FormData();
    body.set("kept", String((this.given?.tokens ?? 0) + place));
    body.set("token", String(token));
    const headers = JSON.parse(document.querySelector("#shell")?.getAttribute("hx-headers") ?? "{}");
    const answer = await fetch(`${this.address}fork/`, { method: "POST", body, headers }).catch(() => null);
    const json = answer?.headers.get("content-type")?.startsWith("application/json");
    return /** @type {{url?: string, problem?: string}} */ (
      answer && json ? await answer.json() : { problem: problemOf(answer) }
    );
  }
}

/** @param {Response|null} answer */
function problemOf(answer) {
  if (answer?.status === 403) return "You may look at this run, but not start one.";
  return "The fork was not started: the site could not be reached. Try again.";
}

/** @param {string} address @returns {Promise<any>} null where there is no such thing, or no connection */
async function ask(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

/** The tokens of an answer that streams: their figures are there, and nothing else yet. */
export class LiveTokens extends TokenSource {
  /** @param {Given} before the first of them */
  constructor(before) {
    super("");
    this.given = before;
    this.refusal = "What else could have come is shown when the answer has ended.";
  }

  /** @returns {Promise<Alternative[]>} */
  async alternatives() {
    return [];
  }
}
