// @ts-check
/**
 * The streams that this page knows, the run that is on it, and the run that was asked for.
 * Knows the socket's messages, and nothing of how a lane looks.
 */
import { isTerminal } from "./events.js";
import { fresh, reduce, restored } from "./stream.js";

/** @typedef {import("./stream.js").StreamState} StreamState */
/** @typedef {{key: string, session: string|null, messages: import("./events.js").Message[], lanes: {profile: string, settings: import("./events.js").Settings, preset: string|null}[], prompt: {id: string, version: number}|null}} RunRequest */

export class Runs {
  constructor() {
    /** @type {Map<number, StreamState>} */
    this.streams = new Map();
    /** The generation of each lane, by position. @type {number[]} */
    this.lanes = [];
    /** @type {number|null} */
    this.comparison = null;
    /** @type {string|null} */
    this.session = null;
    /** Sent, or to be sent when the connection is back: not accepted yet. @type {RunRequest|null} */
    this.asked = null;
  }

  /** @param {import("./events.js").StoredComparison} stored */
  restore(stored) {
    this.comparison = stored.comparison;
    this.session = stored.session;
    for (const lane of stored.lanes) {
      const generation = lane.generations[0];
      this.lanes[lane.position] = generation.generation;
      this.streams.set(generation.generation, restored(generation));
    }
  }

  /** @param {import("./events.js").AcceptedEvent} event */
  accept(event) {
    this.asked = null;
    this.comparison = event.comparison.id;
    this.session = event.session.id;
    this.lanes = [];
    for (const lane of event.lanes) {
      this.lanes[lane.position] = lane.generation;
      if (!this.streams.has(lane.generation)) this.streams.set(lane.generation, fresh(lane.generation));
    }
  }

  /** @param {import("./events.js").GenerationEvent} event @returns {StreamState} */
  apply(event) {
    const state = reduce(this.streams.get(event.generation) ?? fresh(event.generation), event);
    this.streams.set(event.generation, state);
    return state;
  }

  /** @param {number} position */
  at(position) {
    return this.streams.get(this.lanes[position]) ?? null;
  }

  get running() {
    return this.lanes.some((generation) => !isTerminal(this.streams.get(generation)?.status ?? "done"));
  }

  get missedSomething() {
    return this.lanes.some((generation) => this.streams.get(generation)?.stale);
  }

  /** What to ask for after a (re)connect: whatever the page's lanes still wait for. */
  get unfinished() {
    return this.lanes
      .map((generation) => this.streams.get(generation))
      .filter((state) => state !== undefined)
      .filter((state) => !isTerminal(state.status) || state.stale)
      .map(({ generation, attempt, seq }) => ({ generation, attempt, seq }));
  }
}
