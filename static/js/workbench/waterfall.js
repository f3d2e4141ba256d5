// @ts-check
/** Where a generation's time went, drawn to a scale that both lanes share. */
import { duration } from "./figures.js";

const PHASES = /** @type {const} */ (["dispatch", "queue", "prefill", "decode"]);
const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 1000;

/** @param {import("./events.js").Metrics|null} metrics ms from end to end, or what is known of it */
export function span(metrics) {
  if (!metrics) return 0;
  const known = PHASES.reduce((sum, phase) => sum + Number(metrics[`${phase}_ms`] ?? 0), 0);
  return Math.max(known, Number(metrics.e2e_ms ?? 0));
}

/** @param {Element} svg @param {import("./events.js").Metrics|null} metrics @param {number} scale ms across the whole width */
export function drawWaterfall(svg, metrics, scale) {
  svg.replaceChildren();
  if (!metrics || !scale) {
    svg.setAttribute("aria-label", "Where the time went: not known yet");
    return;
  }
  let x = 0;
  const words = [];
  for (const phase of PHASES) {
    const ms = Number(metrics[`${phase}_ms`] ?? 0);
    const bar = document.createElementNS(NAMESPACE, "rect");
    const width = (ms / scale) * WIDTH;
    bar.setAttribute("class", `waterfall__${phase}`);
    bar.setAttribute("x", x.toFixed(2));
    bar.setAttribute("width", (ms > 0 ? Math.max(width, 1.5) : 0).toFixed(2));
    svg.append(bar);
    x += width;
    if (ms) words.push(`${phase} ${duration(ms).join(" ")}`);
  }
  svg.setAttribute("aria-label", `Where the time went: ${words.join(", ")}`);
}
