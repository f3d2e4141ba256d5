// @ts-check
/**
 * Places in a text. The server counts code points, the page UTF-16 units; an emoji is one of those
 * and two of these. Pure: no page.
 */

/** @param {string} text @param {number} units @returns {number} code points before `units` */
export function codePointsBefore(text, units) {
  let points = 0;
  for (let at = 0; at < units && at < text.length; points += 1) at += width(text, at);
  return points;
}

/** @param {string} text @param {number} points @returns {number} units before `points` */
export function unitsBefore(text, points) {
  let at = 0;
  for (let seen = 0; seen < points && at < text.length; seen += 1) at += width(text, at);
  return at;
}

/** @param {string} text @param {number} at */
const width = (text, at) => (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;

/**
 * Cuts `length` units at every border of the spans, which may overlap.
 *
 * @param {number} length @param {{id: string, start: number, end: number}[]} spans
 * @returns {{start: number, end: number, ids: string[]}[]} in order, without empty ones
 */
export function cut(length, spans) {
  const borders = new Set([0, length]);
  for (const { start, end } of spans) for (const at of [start, end]) if (at > 0 && at < length) borders.add(at);
  const places = [...borders].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1];
    return { start, end, ids: spans.filter((span) => span.start < end && span.end > start).map(({ id }) => id) };
  });
}
