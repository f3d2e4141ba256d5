// @ts-check
/** What only both lanes together show: a common scale of time, who won each figure, what differs. */
import { differing, showDifferences } from "./differences.js";
import { caveats } from "./figures.js";
import { drawWaterfall, span } from "./waterfall.js";

/** @param {import("./lane.js").Lane[]} lanes @param {HTMLElement} line */
export function compareLanes(lanes, line) {
  const scale = Math.max(...lanes.map((lane) => span(lane.metrics)));
  for (const lane of lanes) {
    if (lane.metrics) drawWaterfall(lane.waterfall, lane.metrics, scale);
  }
  const [a, b] = lanes.map((lane) => lane.shownFigures);
  if (!a || !b) return;
  const whole = lanes.every((lane) => lane.state?.status === "done");
  lanes[0].figures.markWins(a, b, whole, lanes[1].letter);
  lanes[1].figures.markWins(b, a, whole, lanes[0].letter);
  showDifferences(line, differing(lanes[0].settings, lanes[1].settings), caveats(a, b));
}
