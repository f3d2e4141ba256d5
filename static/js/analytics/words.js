// @ts-check
/** Figures on axes and in legends. */

/**
 * @typedef {{key: string, title: string, unit: string, tip: string}} Column
 * @typedef {{kind: "line"|"bars"|"scatter"|"spread"|"heat", name: string, title: string, x: string,
 *   series: string[], xTitle: string, yTitle: string, zone: string, columns: Column[],
 *   rows: (number|string|null)[][]}} Drawing
 */

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const small = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

/** @param {number|string|null|undefined} value @param {string} unit @returns {string} */
export function written(value, unit) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (unit === "share") return `${exact.format(value * 100)} %`;
  if (unit === "ms") return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${exact.format(value)} ms`;
  if (unit === "money") return value.toFixed(value >= 1 ? 2 : 4);
  return (Math.abs(value) < 1 ? small : exact).format(value);
}

/** @param {number|null} value @param {string} unit @returns {string} */
export function onAxis(value, unit) {
  if (value === null) return "";
  return unit === "share" ? `${exact.format(value * 100)} %` : compact.format(value);
}

/** @param {Drawing} drawing @param {string} key @returns {number} */
export const placeOf = (drawing, key) => drawing.columns.findIndex((column) => column.key === key);
