// @ts-check
/**
 * What travels over the workbench's socket: the same shapes as `inference/events.py`.
 *
 * @typedef {[text: string, logprob: number|null, rank: number, low: number|null]} Mark how a token was drawn
 * @typedef {[text: string, ids: number[], atMs: number]} Piece
 * @typedef {{type: "status", generation: number, attempt: number, status: string, position: number|null, detail: string}} StatusEvent
 * @typedef {{type: "snapshot", generation: number, attempt: number, seq: number, text: string, tokens: number, ids: number[], marks: Mark[]}} SnapshotEvent
 * @typedef {{type: "delta", generation: number, attempt: number, from: number, pieces: Piece[], marks?: Mark[][]}} DeltaEvent marks: a list for each piece, or none at all
 * @typedef {{type: "end", generation: number, attempt: number, status: string, finish_reason: string|null, error: string, metrics: Metrics, text: string|null, seq: number}} EndEvent
 * @typedef {StatusEvent | SnapshotEvent | DeltaEvent | EndEvent} GenerationEvent
 *
 * @typedef {{position: number, generation: number, samples: number[], cases?: number[][], seed: number, settings: Settings, given?: Given|null}} AcceptedLane
 * @typedef {{type: "accepted", key: string, session: {id: string, url: string, title: string}, comparison: {id: number, number: number, url: string}, lanes: AcceptedLane[], notice: string}} AcceptedEvent
 * @typedef {{type: "error", key: string|null, code: string, field: string|null, message: string}} ErrorEvent
 * @typedef {{id: number, at: string, words: string}} KeptDraft
 * @typedef {{type: "draft_saved", session: string|null, revision: number, set_aside: KeptDraft[]}} DraftSavedEvent
 * @typedef {{type: "draft_changed", session: string|null, revision: number, state: Partial<import("./drafts.js").Draft>, set_aside: KeptDraft[]}} DraftChangedEvent
 * @typedef {{type: "presence", session: string, people: {name: string, initials: string}[]}} PresenceEvent
 * @typedef {{type: "run_started", session: {id: string, url: string, title: string}, comparison: {id: number, number: number, url: string}, author: string, mine: boolean}} RunStartedEvent
 * @typedef {GenerationEvent | AcceptedEvent | ErrorEvent | DraftSavedEvent | DraftChangedEvent | PresenceEvent | RunStartedEvent} WorkbenchEvent
 *
 * @typedef {number|string|boolean|string[]|null} Setting
 * @typedef {Record<string, Setting>} Settings
 * @typedef {Record<string, number|string|null>} Metrics
 * @typedef {{role: "system"|"user"|"assistant"|"text", content: string}} Message
 * @typedef {{tokens: number, text: string}} Given what an answer begins with, where that was given
 * @typedef {{generation: number, case?: number, status: string, attempt: number, text: string, given?: Given|null, seed: number, error: string, metrics: Metrics}} StoredGeneration
 * @typedef {{comparison: number, session: string, number: number, url: string, messages: Message[],
 *   cases?: {number: number, variables: Record<string, string>}[],
 *   lanes: {position: number, profile: string, settings: Settings, generations: StoredGeneration[]}[]}} StoredComparison
 */

/** The events of a generation, with every field of each. A test compares this with the server's. */
export const GENERATION_EVENTS = Object.freeze({
  status: ["generation", "attempt", "status", "position", "detail"],
  snapshot: ["generation", "attempt", "seq", "text", "tokens", "ids", "marks"],
  delta: ["generation", "attempt", "from", "pieces", "marks"],
  end: ["generation", "attempt", "status", "finish_reason", "error", "metrics", "text", "seq"],
});

/** The other events of the socket, likewise. */
export const PAGE_EVENTS = Object.freeze({
  accepted: ["key", "session", "comparison", "lanes", "notice"],
  error: ["code", "message", "key", "field"],
  draft_saved: ["session", "revision", "set_aside"],
  draft_changed: ["session", "revision", "state", "set_aside"],
  presence: ["session", "people"],
  run_started: ["session", "comparison", "author", "mine"],
});

const TERMINAL = new Set(["done", "stopped", "interrupted", "failed"]);

/** @param {string} status */
export const isTerminal = (status) => TERMINAL.has(status);
