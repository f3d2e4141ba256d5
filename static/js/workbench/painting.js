// @ts-check
/** Brings the lanes up to date with their streams, once a frame. */
import { compareLanes } from "./comparison.js";

/** @typedef {import("./lane.js").Lane} Lane */
/**
 * @typedef {object} Bench
 * @property {import("./lanes.js").Lanes} lanes
 * @property {import("./lanes_bar.js").LanesBar} bar
 * @property {import("./runs.js").Runs} runs
 * @property {import("./composing.js").Composing} composing
 * @property {import("./announcer.js").Announcer} announcer
 * @property {import("./first_paint.js").FirstPaint} firstPaint
 * @property {HTMLElement} differencesLine
 * @property {() => void} showButtons
 */

export class Painting {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.frame = 0;
  }

  /** Paints with the browser's next frame. */
  soon() {
    this.frame ||= requestAnimationFrame(() => this.now());
  }

  now() {
    const { lanes, bar, composing, differencesLine, showButtons } = this.bench;
    this.frame = 0;
    for (const lane of lanes) this.lane(lane);
    compareLanes(lanes.all, differencesLine);
    bar.update();
    composing.update();
    showButtons();
  }

  /** @param {Lane} lane */
  lane(lane) {
    const { runs, announcer, firstPaint } = this.bench;
    if (lane.fresh) return;
    const state = runs.at(lane.position);
    lane.stop.hidden = !runs.isRunning(lane.position);
    if (!runs.asked) lane.samples.update(runs.samplesAt(lane.position), `${runs.url}lanes/${lane.position}/samples/?case=${runs.case}`);
    if (!state || state === lane.state || runs.asked) return;
    lane.paint(state);
    announcer.note(lane.letter, state);
    firstPaint.time(lane, state);
  }
}
