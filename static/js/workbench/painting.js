// @ts-check
/** Brings the lanes up to date with their streams, once a frame. */
import { compareLanes } from "./comparison.js";
import { isTerminal } from "./events.js";
import { Pace, UNSEEN_MS } from "./pace.js";

/** Lanes that run alike may all end at once, and each is laid out anew. */
const ENDS_A_FRAME = 1;
/** News farther apart than this meet no more than one in a frame. */
const FRAME_MS = 17;

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
    this.frame = this.timer = 0;
    this.arrived = -Infinity;
    /** Whether what was painted last stands on the screen. */
    this.drawn = true;
    /** Whether the next frame shows more than text that has grown. */
    this.whole = true;
    /** @type {Pace<Lane>} */
    this.pace = new Pace(bench.lanes.letters.length);
    /** Lanes that are not in the window. @type {WeakSet<Element>} */
    this.unseen = new WeakSet();
    this.seen = new IntersectionObserver((found) => {
      for (const { target, isIntersecting } of found) this.unseen[isIntersecting ? "delete" : "add"](target);
    });
  }

  /** Know when this lane is in the window. @param {Lane} lane */
  observe(lane) {
    this.seen.observe(lane.root);
  }

  /** Paints with the browser's next frame. */
  soon() {
    this.whole = true;
    this.request();
  }

  /**
   * The same, where texts that stream have grown and nothing else is new. Where such news are seldom, what
   * they change is laid out while the browser waits for its next frame, which then has less to do.
   */
  grown() {
    const now = performance.now();
    const isSeldom = now - this.arrived > FRAME_MS;
    this.arrived = now;
    if (!isSeldom || this.frame || !this.drawn || document.hidden) {
      this.request();
      return;
    }
    this.drawn = false;
    this.next(now);
    const took = performance.now() - now;
    requestAnimationFrame(() => this.timeDrawing(performance.now() - took));
  }

  request() {
    this.frame ||= requestAnimationFrame((now) => {
      const began = performance.now();
      this.next(now);
      this.timeDrawing(began);
    });
  }

  /** This frame is drawn when the page comes to do something else. @param {number} began */
  timeDrawing(began) {
    this.drawn = false;
    setTimeout(() => {
      this.drawn = true;
      this.pace.took(performance.now() - began);
    });
  }

  /** For lanes that nobody sees. */
  inAWhile() {
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.request();
    }, UNSEEN_MS);
  }

  /** Everything, at once. */
  now() {
    this.frame = 0;
    this.whole = false;
    this.paint(this.bench.lanes.all);
    this.aroundLanes();
  }

  /** A frame's share: of lanes that only go on streaming, those whose turn it is. @param {number} now */
  next(now) {
    const { lanes } = this.bench;
    this.frame = 0;
    const streaming = lanes.all.filter((lane) => this.goesOn(lane));
    const turn = this.pace.turn(streaming, ({ root }) => !this.unseen.has(root), now);
    const later = new Set(streaming.filter((lane) => !turn.includes(lane)));
    const putOff = new Set(lanes.all.filter((lane) => this.ends(lane)).slice(ENDS_A_FRAME));
    for (const lane of turn) this.pace.done(lane, now);
    this.paint(this.whole ? lanes.all.filter((lane) => !later.has(lane) && !putOff.has(lane)) : turn);
    if (this.whole && !putOff.size) this.aroundLanes();
    this.whole &&= putOff.size > 0;
    if (this.whole || [...later].some(({ root }) => !this.unseen.has(root))) this.request();
    else if (later.size) this.inAWhile();
  }

  /** Whether a lane has just ended: its figures and its answer are laid out anew. @param {Lane} lane */
  ends(lane) {
    const state = this.bench.runs.at(lane.position);
    return Boolean(state && isTerminal(state.status) && lane.state?.status === "streaming");
  }

  /** Whether there is nothing new of a lane but more of its text. @param {Lane} lane */
  goesOn(lane) {
    const state = this.bench.runs.at(lane.position);
    const { state: before } = lane;
    return Boolean(state && before && state !== before && state.generation === before.generation
      && before.text && state.status === "streaming" && before.status === "streaming");
  }

  /** @param {Lane[]} some of the lanes */
  paint(some) {
    for (const lane of some) this.lane(lane);
  }

  /** What follows from how the lanes stand. */
  aroundLanes() {
    const { lanes, bar, composing, differencesLine, showButtons } = this.bench;
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
