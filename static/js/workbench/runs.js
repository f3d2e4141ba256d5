// @ts-check
/**
 * The streams that this page knows, the run that is on it, and the run that was asked for.
 * Knows the socket's messages, and nothing of how a lane looks.
 */
import { isTerminal } from "./events.js";
import { fresh, reduce, restored } from "./stream.js";

/** @typedef {import("./stream.js").StreamState} StreamState */
/** @typedef {{profile: string, settings: import("./events.js").Settings, preset: string|null, fork: import("./output.js").Fork|null}} LaneRequest */
/** @typedef {{key: string, session: string|null, messages: import("./events.js").Message[], cases?: Record<string, string>[], lanes: LaneRequest[], order?: string, prompt: {id: string, version: number}|null}} RunRequest */

export class Runs {
  constructor() {
    /** @type {Map<number, StreamState>} */
    this.streams = new Map();
    /** The generation that each lane shows, by position. @type {number[]} */
    this.lanes = [];
    /** All generations of each lane, by position. @type {number[][]} */
    this.samples = [];
    /** The case that the lanes show, counted from 1. */
    this.case = 1;
    /** The case that each generation answers. @type {Map<number, number>} */
    this.caseOf = new Map();
    /** What was asked, before the values are put in. @type {import("./events.js").Message[]} */
    this.messages = [];
    /** The values of each case. @type {Record<string, string>[]} */
    this.variables = [{}];
    /** The address of the run on the page. */
    this.url = "";
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
    this.url = stored.url;
    this.lanes = [];
    this.samples = [];
    this.begin(stored.messages, (stored.cases ?? []).map(({ variables }) => variables));
    for (const lane of stored.lanes) {
      this.lanes[lane.position] = lane.generations[0].generation;
      this.samples[lane.position] = lane.generations.map(({ generation }) => generation);
      for (const generation of lane.generations) this.streams.set(generation.generation, restored(generation, this.addressOf(generation.generation)));
      for (const generation of lane.generations) this.caseOf.set(generation.generation, generation.case ?? 1);
    }
  }

  /** @param {import("./events.js").AcceptedEvent} event */
  accept(event) {
    this.begin(this.asked?.messages ?? [], this.asked?.cases ?? []);
    this.asked = null;
    this.comparison = event.comparison.id;
    this.session = event.session.id;
    this.url = event.comparison.url;
    this.lanes = [];
    this.samples = [];
    for (const lane of event.lanes) {
      this.lanes[lane.position] = lane.generation;
      this.samples[lane.position] = lane.samples;
      for (const id of lane.samples) this.expect(id, lane.given ?? null);
      (lane.cases ?? [lane.samples]).forEach((ids, index) => ids.forEach((id) => this.caseOf.set(id, index + 1)));
    }
  }

  /** An answer's own address, under which more of it can be had. @param {number} generation */
  addressOf(generation) {
    return `${this.url}answers/${generation}/`;
  }

  /** @param {number} generation @param {import("./events.js").Given|null} given */
  expect(generation, given) {
    const known = this.streams.get(generation) ?? fresh(generation);
    this.streams.set(generation, { ...known, address: this.addressOf(generation), given });
  }

  /** @param {import("./events.js").Message[]} messages @param {Record<string, string>[]} cases */
  begin(messages, cases) {
    for (const state of this.streams.values()) if (isTerminal(state.status)) state.marks = null; // the server keeps them
    this.case = 1;
    this.caseOf.clear();
    this.messages = messages;
    this.variables = cases.length ? cases : [{}];
  }

  /** Every lane shows its first answer to this case. @param {number} number */
  showCase(number) {
    this.case = number;
    this.samples.forEach((ids, position) => {
      this.lanes[position] = ids.find((id) => this.caseOf.get(id) === number) ?? this.lanes[position];
    });
  }

  /** @param {import("./events.js").GenerationEvent} event @returns {StreamState} */
  apply(event) {
    const state = reduce(this.streams.get(event.generation) ?? fresh(event.generation), event);
    const forgets = event.type === "end" && !this.lanes.includes(event.generation);
    this.streams.set(event.generation, forgets ? { ...state, marks: null } : state);
    return state;
  }

  /** Whether more of its text changes nothing else. @param {number} generation */
  goesOn(generation) {
    const state = this.streams.get(generation);
    return state?.status === "streaming" && Boolean(state.text);
  }

  /** @param {number} position */
  at(position) {
    return this.streams.get(this.lanes[position]) ?? null;
  }

  /** Show another of a lane's samples; false where it is none of them. @param {number} position @param {number} generation */
  choose(position, generation) {
    const known = this.samples[position]?.includes(generation) ?? false;
    if (known) this.lanes[position] = generation;
    return known;
  }

  /** The streams of a lane's samples in a case: the one that is shown. @param {number} position @param {number} [number] @returns {StreamState[]} */
  samplesAt(position, number = this.case) {
    return this.allAt(position).filter(({ generation }) => (this.caseOf.get(generation) ?? 1) === number);
  }

  /** The streams of a lane's samples in all cases. @param {number} position @returns {StreamState[]} */
  allAt(position) {
    return (this.samples[position] ?? []).map((id) => this.streams.get(id) ?? fresh(id));
  }

  /** @param {number} position */
  isRunning(position) {
    return this.allAt(position).some(({ status }) => !isTerminal(status));
  }

  get running() {
    return this.lanes.some((_, position) => this.isRunning(position));
  }

  get missedSomething() {
    return this.samples.flat().some((generation) => this.streams.get(generation)?.stale);
  }

  /** What to ask for after a (re)connect: whatever the page's lanes still wait for. */
  get unfinished() {
    return this.samples.flat()
      .map((generation) => this.streams.get(generation))
      .filter((state) => state !== undefined)
      .filter((state) => !isTerminal(state.status) || state.stale)
      .map(({ generation, attempt, seq }) => ({ generation, attempt, seq }));
  }
}
