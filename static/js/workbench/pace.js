// @ts-check
/**
 * Which lanes a frame paints: all that have news while frames are short; where they get long, fewer
 * and in turns, so that the page stays as quick as it can. Lanes out of sight wait a while. Pure: no
 * clock, no page.
 */
const LONG_MS = 33;
const SHORT_MS = 16;
export const UNSEEN_MS = 500;
const FEWEST = 1;

/** @template Lane */
export class Pace {
  /** @param {number} lanes the most that there may be */
  constructor(lanes) {
    this.lanes = lanes;
    /** So many are painted in a frame. */
    this.most = lanes;
    /** When each was painted last, the latest at the end. @type {Map<Lane, number>} */
    this.painted = new Map();
  }

  /** A frame was drawn. @param {number} ms of the page's time */
  took(ms) {
    if (ms > LONG_MS) this.most = Math.max(FEWEST, this.most - 1);
    else if (ms < SHORT_MS) this.most = Math.min(this.lanes, this.most + 1);
  }

  /** @param {Lane[]} waiting those with news @param {(lane: Lane) => boolean} isSeen @param {number} now @returns {Lane[]} whose turn it is */
  turn(waiting, isSeen, now) {
    const since = (/** @type {Lane} */ lane) => now - (this.painted.get(lane) ?? -Infinity);
    const due = waiting.filter((lane) => isSeen(lane) || since(lane) >= UNSEEN_MS);
    const order = [...this.painted.keys()];
    return due.sort((one, other) => order.indexOf(one) - order.indexOf(other)).slice(0, this.most);
  }

  /** @param {Lane} lane @param {number} now */
  done(lane, now) {
    this.painted.delete(lane);
    this.painted.set(lane, now);
  }
}
