// @ts-check
/**
 * What the page holds of one generation, and how each event changes it. Pure: no clock, no page.
 *
 * @typedef {import("./events.js").GenerationEvent} GenerationEvent
 * @typedef {object} StreamState
 * @property {number} generation
 * @property {number} attempt
 * @property {number} seq pieces held of this attempt
 * @property {string} text
 * @property {import("./marks.js").Marks|null} marks how its tokens were drawn, where that comes with them
 * @property {number} tokens
 * @property {number} firstTokens tokens of the first piece, which no gap precedes
 * @property {number} at ms from the generation's first piece to its newest, on the engine's clock
 * @property {string} status
 * @property {number|null} position place in the queue, from 1
 * @property {string} detail
 * @property {string} error
 * @property {string|null} finishReason
 * @property {import("./events.js").Metrics|null} metrics
 * @property {boolean} stale something was missed: ask the server again
 * @property {string} address of the answer, "" while its run is not known
 * @property {import("./events.js").Given|null} given what it begins with, where that was given
 */
import { isTerminal } from "./events.js";
import { grown, toldBy } from "./marks.js";

/** @param {number} generation @param {string} [address] @param {import("./events.js").Given|null} [given] @returns {StreamState} */
export function fresh(generation, address = "", given = null) {
  return {
    generation, attempt: 0, seq: 0, text: "", marks: null, tokens: 0, firstTokens: 1, at: 0, status: "queued",
    position: null, detail: "", error: "", finishReason: null, metrics: null, stale: false,
    address, given,
  };
}

/**
 * A stored generation. While it runs nothing of its stream is held yet (attempt 0, seq 0), and
 * what is stored so far is shown until the snapshot comes.
 *
 * @param {import("./events.js").StoredGeneration} stored @param {string} [address] @returns {StreamState}
 */
export function restored(stored, address = "") {
  const ended = isTerminal(stored.status);
  return {
    ...fresh(stored.generation, address, stored.given ?? null), text: stored.text, error: stored.error,
    status: stored.status === "running" && stored.text ? "streaming" : stored.status,
    attempt: ended ? stored.attempt : 0,
    tokens: Number(stored.metrics?.output_tokens ?? 0),
    metrics: ended ? stored.metrics : null,
    finishReason: ended ? /** @type {string|null} */ (stored.metrics?.finish_reason ?? null) : null,
  };
}

/** @param {StreamState} state @param {GenerationEvent} event @returns {StreamState} */
export function reduce(state, event) {
  if (event.attempt < state.attempt) return state;
  if (event.type === "end") return ended(state, event);
  if (isTerminal(state.status) && !(state.stale && event.type === "snapshot")) return state;
  if (event.type === "status") return moved(state, event);
  if (event.type === "snapshot") return replaced(state, event);
  if (event.type === "delta") return appended(state, event);
  return state;
}

/** @param {StreamState} state @param {import("./events.js").StatusEvent} event */
function moved(state, event) {
  const late = event.attempt === state.attempt && state.seq > 0 && event.status !== "streaming";
  if (late) return state;
  return { ...state, status: event.status, position: event.position, detail: event.detail };
}

/** @param {StreamState} state @param {import("./events.js").SnapshotEvent} event */
function replaced(state, event) {
  if (event.attempt === state.attempt && event.seq < state.seq) return { ...state, stale: false };
  const status = isTerminal(state.status) || event.seq === 0 ? state.status : "streaming";
  return {
    ...state, attempt: event.attempt, seq: event.seq, text: event.text, marks: toldBy(event), tokens: event.tokens,
    status, stale: false, ...(event.seq > 0 && { position: null, detail: "" }),
  };
}

/** @param {StreamState} state @param {import("./events.js").DeltaEvent} event */
function appended(state, event) {
  if (event.attempt > state.attempt) {
    if (event.from > 0) return { ...state, stale: true };
    return append({ ...fresh(state.generation, state.address, state.given), attempt: event.attempt }, event, 0);
  }
  if (event.from > state.seq) return { ...state, stale: true };
  return append(state, event, state.seq - event.from);
}

/** @param {StreamState} state @param {import("./events.js").DeltaEvent} event @param {number} held so many of its pieces @returns {StreamState} */
function append(state, event, held) {
  const pieces = event.pieces.slice(held);
  if (pieces.length === 0) return state;
  return {
    ...state,
    text: state.text + pieces.map(([text]) => text).join(""),
    marks: grown(state, pieces, event.marks?.slice(held) ?? []),
    tokens: state.tokens + pieces.reduce((sum, [, ids]) => sum + ids.length, 0),
    firstTokens: state.seq === 0 ? pieces[0][1].length : state.firstTokens,
    seq: state.seq + pieces.length,
    at: pieces[pieces.length - 1][2],
    status: "streaming", position: null, detail: "",
  };
}

/** @param {StreamState} state @param {import("./events.js").EndEvent} event @returns {StreamState} */
function ended(state, event) {
  const held = event.attempt === state.attempt ? state.seq : 0;
  return {
    ...state,
    attempt: event.attempt, text: event.text ?? state.text, status: event.status, position: null,
    tokens: Number(event.metrics.output_tokens ?? state.tokens), detail: "", error: event.error,
    finishReason: event.finish_reason, metrics: event.metrics,
    stale: event.text === null && event.seq > held,
  };
}

/** Tokens per second while decoding, so far; null before a second step. @param {StreamState} state */
export function liveRate(state) {
  const after = state.tokens - state.firstTokens;
  return after > 0 && state.at > 0 ? (after * 1000) / state.at : null;
}
