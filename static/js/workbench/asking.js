// @ts-check
/** A press of Run: what is looked at first, what is sent, and for which lanes. */
import { randomKey } from "./keys.js";
import { chosenOrder } from "./order.js";

/** @typedef {import("./lane.js").Lane} Lane */
/**
 * @typedef {object} Bench
 * @property {import("./composer.js").Composer} composer
 * @property {import("./lanes.js").Lanes} lanes
 * @property {import("./lanes_view.js").LanesView} view
 * @property {import("./runs.js").Runs} runs
 * @property {import("./problems.js").Problems} problems
 */

export class Asking {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    /** The lanes that the run was asked for, in the order of its positions. @type {Lane[]} */
    this.sent = [];
    this.pressedAt = 0;
    /** Whether its answers take turns: then their times don't count from Run. */
    this.inTurns = false;
  }

  /** The run that stands on the page; null where something is wrong with it, which is then shown. @param {boolean} sameSeeds @returns {import("./runs.js").RunRequest|null} */
  prepare(sameSeeds) {
    const { composer, lanes, runs, problems } = this.bench;
    problems.clearAll();
    this.sent = [...lanes];
    this.pressedAt = performance.now();
    this.inTurns = chosenOrder() !== "concurrent";
    const found = this.sent.flatMap((lane) => lane.settings.problems());
    if (!composer.prompt.value.trim()) found.unshift({ field: "messages.user", message: "Write a prompt first." });
    found.forEach(({ field, message }, index) => this.show(field, message, index === 0));
    if (found.length) return null;
    return {
      key: randomKey(), session: runs.session, messages: composer.written, cases: composer.given,
      prompt: composer.opened.reference, order: chosenOrder(),
      lanes: this.sent.map((lane) => lane.request(sameSeeds)),
    };
  }

  /** The server found something wrong. @param {import("./events.js").ErrorEvent} event */
  refused({ field, message, key }) {
    const found = field?.startsWith("messages") ? this.bench.composer.fieldOf(field) : this.fieldOf(field);
    this.show(found, message, key !== null);
  }

  /** Where the page has a field of the lanes that were sent. @param {string|null} field “lanes.1.settings.seed” */
  fieldOf(field) {
    const [, place, rest] = /^lanes\.(\d+)(.*)$/.exec(field ?? "") ?? [];
    const lane = place === undefined ? undefined : this.sent[Number(place)];
    return lane ? `lanes.${lane.position}${rest}` : field;
  }

  /** @param {string|null} field @param {string} message @param {boolean} focus */
  show(field, message, focus) {
    const { lanes, view, problems } = this.bench;
    const [, position] = /^lanes\.(\d+)/.exec(field ?? "") ?? [];
    const lane = lanes.all.find((one) => String(one.position) === position);
    if (lane && focus) view.reveal(lane, { settings: true });
    problems.show(field, message, { focus });
  }
}
