// @ts-check
/** What only the lanes together show: a common scale of time, who is best in each figure, what differs. */
import { differing, showDifferences } from "./differences.js";
import { BY_LENGTH, caveats, lead } from "./figures.js";
import { span } from "./waterfall.js";

/** @typedef {import("./lane.js").Lane} Lane */

/** @param {Lane[]} lanes @param {HTMLElement} line */
export function compareLanes(lanes, line) {
  const ofRun = lanes.filter((lane) => !lane.fresh);
  const scale = Math.max(...ofRun.map((lane) => span(lane.metrics)));
  for (const lane of ofRun) lane.draw(scale);
  if (!ofRun.length || ofRun.some((lane) => !lane.metrics)) return;
  markBest(ofRun);
  const found = caveats(ofRun.map((lane) => ({ letter: lane.letter, metrics: lane.shownFigures ?? {} })));
  showDifferences(line, lanes, differing(lanes), found);
}

/** Marks, for each figure, the lane that is ahead of all others. @param {Lane[]} lanes that have ended */
function markBest(lanes) {
  for (const lane of lanes) lane.figures.clearWins();
  if (lanes.length < 2) return;
  const whole = lanes.every((lane) => lane.state?.status === "done");
  const shown = new Map(lanes.map((lane) => [lane, lane.shownFigures ?? {}]));
  for (const { dataset } of lanes[0].figures.cells) {
    const { figure = "", better = "", unit } = dataset;
    if (!better || (BY_LENGTH.has(figure) && !whole)) continue;
    const known = [...shown].flatMap(([lane, { [figure]: value }]) => typeof value === "number" ? [{ lane, value }] : []);
    const [best, next] = known.sort((a, b) => better === "lower" ? a.value - b.value : b.value - a.value);
    const factor = next ? lead(better, best.value, next.value, unit === "duration") : null;
    if (factor) best.lane.figures.markBest(figure, factor, words(lanes.length, next.lane.letter));
  }
}

/** @param {number} lanes @param {string} next the letter of the one behind */
const words = (lanes, next) => lanes === 2 ? `better than lane ${next}` : `best of ${lanes} lanes, ahead of lane ${next}`;
