// @ts-check
/** Lines, stacked bars, points and distributions, drawn by uPlot. */
import { color, faded, seriesColor } from "./palette.js";
import { onAxis, placeOf, written } from "./words.js";

/** @typedef {import("./words.js").Drawing} Drawing */

const HEIGHT = 250;
/** @type {(number|string|null)[][]} what uPlot writes under an axis of times, by its steps */
const TIMES = [
  [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
  [2_419_200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [3600, "{HH}:00", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
];
const DAY = 86_400;
const FONT = "11px Inter, system-ui, sans-serif";

/** @param {HTMLElement} host @param {Drawing} drawing @returns {{canvas: HTMLCanvasElement, destroy: () => void}} */
export function plot(host, drawing) {
  const { data, raw } = columnsOf(drawing);
  const uPlot = /** @type {any} */ (window).uPlot;
  const chart = new uPlot(options(uPlot, host, drawing, raw), data, host);
  const size = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: HEIGHT }));
  size.observe(host);
  return {
    canvas: chart.ctx.canvas,
    destroy: () => { size.disconnect(); chart.destroy(); },
  };
}

/** @param {Drawing} drawing */
function columnsOf(drawing) {
  const x = placeOf(drawing, drawing.x);
  const rows = drawing.kind === "scatter"
    ? [...drawing.rows].sort((one, other) => Number(one[x]) - Number(other[x]))
    : drawing.rows;
  const raw = drawing.series.map((key) => rows.map((row) => row[placeOf(drawing, key)]));
  return { raw, data: [rows.map((row) => row[x]), ...(drawing.kind === "bars" ? stacked(raw) : raw)] };
}

/** Each series upon those after it, so that the last lies in front. @param {(number|string|null)[][]} raw */
function stacked(raw) {
  return raw.map((series, place) => series.map((_, row) =>
    raw.slice(place).reduce((sum, other) => sum + Number(other[row] ?? 0), 0)));
}

/** @param {any} uPlot @param {HTMLElement} host @param {Drawing} drawing @param {(number|string|null)[][]} raw */
function options(uPlot, host, drawing, raw) {
  const time = drawing.columns[placeOf(drawing, drawing.x)].unit === "time";
  const x = { time, ...(drawing.kind === "spread" ? { distr: 3, log: 10 } : {}), ...edges(drawing) };
  return {
    width: host.clientWidth,
    height: HEIGHT,
    scales: { x, y: { range: (/** @type {any} */ _u, /** @type {number} */ _low, /** @type {number} */ high) => [0, high > 0 ? high * 1.06 : 1] } },
    tzDate: (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1000), drawing.zone),
    cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false } },
    legend: { live: true },
    axes: [axis(drawing.xTitle, 44, time ? { values: TIMES, ...steps(drawing) } : { values: labels(drawing, drawing.x) }), axis(drawing.yTitle, 62, { values: labels(drawing, drawing.series[0]) })],
    series: [
      { label: drawing.columns[placeOf(drawing, drawing.x)].title.replace(/ \(.*/, ""), ...(time ? { value: when(drawing.zone) } : { value: (/** @type {any} */ _u, /** @type {number|null} */ value) => written(value, drawing.columns[placeOf(drawing, drawing.x)].unit) }) },
      ...drawing.series.map((key, place) => series(uPlot, drawing, key, place, raw)),
    ],
  };
}

/** Room for half a bar on both sides. @param {Drawing} drawing */
function edges(drawing) {
  if (drawing.kind === "scatter") return { range: (/** @type {any} */ _u, /** @type {number} */ _low, /** @type {number} */ high) => [0, high > 0 ? high * 1.05 : 1] };
  const { rows, x } = drawing;
  if (drawing.kind !== "bars" || rows.length === 0) return {};
  const at = placeOf(drawing, x);
  const first = Number(rows[0][at]);
  const last = Number(rows[rows.length - 1][at]);
  const room = rows.length > 1 ? (last - first) / (rows.length - 1) * 0.6 : 43200;
  return { range: (/** @type {any} */ _u, /** @type {number} */ low, /** @type {number} */ high) => [low === first ? low - room : low, high === last ? high + room : high] };
}

/** An axis of days has no hours on it. @param {Drawing} drawing */
function steps(drawing) {
  const at = placeOf(drawing, drawing.x);
  const [first, second] = drawing.rows.map((row) => Number(row[at]));
  return second - first > DAY * 0.9 ? { incrs: [1, 2, 5, 10, 30, 60, 120].map((days) => days * DAY) } : {};
}

/** @param {string} label @param {number} size @param {object} more */
function axis(label, size, more) {
  const line = color("--line");
  return { label, labelSize: 18, labelFont: FONT, font: FONT, stroke: color("--muted"), size, gap: 4, labelGap: 0,
    grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 }, ...more };
}

/** @param {Drawing} drawing @param {string} key */
function labels(drawing, key) {
  const { unit } = drawing.columns[placeOf(drawing, key)];
  return (/** @type {any} */ _u, /** @type {(number|null)[]} */ at) => at.map((value) => onAxis(value, unit));
}

/** @param {string} zone */
function when(zone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return (/** @type {any} */ _u, /** @type {number|null} */ seconds) => seconds === null ? "–" : format.format(new Date(seconds * 1000));
}

/** @param {any} uPlot @param {Drawing} drawing @param {string} key @param {number} place @param {(number|string|null)[][]} raw */
function series(uPlot, drawing, key, place, raw) {
  const { title, unit } = drawing.columns[placeOf(drawing, key)];
  const stroke = seriesColor(place);
  const value = (/** @type {any} */ _u, /** @type {any} */ _value, /** @type {number} */ _series, /** @type {number|null} */ row) =>
    written(row === null ? null : raw[place][row], unit);
  const common = { label: title, stroke, value, spanGaps: false };
  if (drawing.kind === "bars") return { ...common, width: 0, fill: stroke, points: { show: false }, paths: uPlot.paths.bars({ size: [0.72, 48], radius: 0.12 }) };
  if (drawing.kind === "spread") return { ...common, width: 1.5, fill: faded(stroke, 0.18), points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) };
  if (drawing.kind === "scatter") return { ...common, paths: () => null, points: { show: true, size: 5, width: 0, fill: faded(stroke, 0.55), stroke } };
  return { ...common, width: 1.75, points: { show: drawing.rows.length < 3, size: 5 } };
}
