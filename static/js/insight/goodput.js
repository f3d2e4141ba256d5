// @ts-check
/** Which share of the answers stays within limits, worked out anew as the limits slide. */
import { keepInAddress } from "./address.js";

/** The figures' places in a row: arm, done, then TTFT, TPOT and E2E in ms. */
const PLACES = { ttft: 2, tpot: 3, e2e: 4 };
const END = 1000;

/** @typedef {keyof typeof PLACES} Name */
/** @typedef {[number, boolean, number|null, number|null, number|null]} Row */
/** @typedef {{arms: number[], rows: Row[], scales: Record<Name, [number, number]|null>}} Drawing */
/** @typedef {Record<Name, number|null>} Limits */

const NAMES = /** @type {Name[]} */ (Object.keys(PLACES));

/**
 * As the server counts: a value equal to its limit meets it, an unknown TPOT (one token) meets any,
 * and an answer that failed, or whose TTFT or E2E isn't known, meets none.
 * @param {Row} row @param {Limits} limits
 */
export function isGood(row, limits) {
  if (!row[1]) return false;
  return NAMES.every((name) => {
    const limit = limits[name];
    const value = /** @type {number|null} */ (row[PLACES[name]]);
    if (limit === null) return true;
    return value === null ? name === "tpot" : value <= limit;
  });
}

/** @param {Row[]} rows @param {number} arm @param {Limits} limits */
export function shareOf(rows, arm, limits) {
  const mine = rows.filter((row) => row[0] === arm);
  return { good: mine.filter((row) => isGood(row, limits)).length, total: mine.length };
}

/** From a slider's place to a limit, by equal factors; its end sets none. @param {[number, number]} scale @param {number} place */
export function limitAt([low, high], place) {
  if (place >= END) return null;
  const least = Math.max(low, 0.001) * 0.9;
  return Number((least * (Math.max(high, least) * 1.1 / least) ** (place / END)).toPrecision(3));
}

/** @param {[number, number]} scale @param {number|null} limit */
export function placeOf([low, high], limit) {
  if (limit === null) return END;
  const least = Math.max(low, 0.001) * 0.9;
  const most = Math.max(high, least) * 1.1;
  const place = Math.log(Math.max(limit, least) / least) / Math.log(most / least) * END;
  return Math.min(END - 1, Math.round(place));
}

/** @param {HTMLElement} part */
export function goodput(part) {
  const drawing = /** @type {Drawing} */ (JSON.parse(document.getElementById(part.dataset.goodput ?? "")?.textContent ?? "null"));
  const fields = NAMES.map((name) => /** @type {const} */ ([name, field(part, name), slider(part, name)]));
  for (const [name, input, range] of fields) {
    const scale = drawing.scales[name];
    if (!scale) continue;
    range.hidden = false;
    range.value = String(placeOf(scale, read(input)));
    range.addEventListener("input", () => {
      const limit = limitAt(scale, Number(range.value));
      input.value = limit === null ? "" : String(limit);
      show(part, drawing);
    });
    input.addEventListener("input", () => {
      range.value = String(placeOf(scale, read(input)));
      show(part, drawing);
    });
  }
  part.querySelector("[data-without-script]")?.setAttribute("hidden", "");
  part.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
}

/** @param {HTMLElement} part @param {Name} name */
const field = (part, name) => /** @type {HTMLInputElement} */ (part.querySelector(`input[name=${name}]`));
/** @param {HTMLElement} part @param {Name} name */
const slider = (part, name) => /** @type {HTMLInputElement} */ (part.querySelector(`[data-slider=${name}]`));

/** @param {HTMLInputElement} input */
function read(input) {
  return input.value === "" || !input.validity.valid ? null : Number(input.value);
}

/** @param {HTMLElement} part @param {Drawing} drawing */
function show(part, drawing) {
  const limits = /** @type {Limits} */ (Object.fromEntries(NAMES.map((name) => [name, read(field(part, name))])));
  for (const arm of drawing.arms) {
    const { good, total } = shareOf(drawing.rows, arm, limits);
    for (const place of part.querySelectorAll(`[data-goodput-arm="${arm}"]`)) {
      place.querySelector("[data-goodput-bar]")?.setAttribute("width", String(total ? good / total * 100 : 0));
      const words = place.querySelector("[data-goodput-words]");
      if (words) words.textContent = written(good, total);
    }
  }
  remember(limits);
}

/** @param {number} good @param {number} total */
function written(good, total) {
  const share = total ? ` (${(good / total * 100).toFixed(1)}%)` : "";
  return `${good.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}${share}`;
}

/** Wherever one goes from here, the limits go along. @param {Limits} limits */
function remember(limits) {
  const asked = Object.fromEntries(NAMES.map((name) => [name, String(limits[name] ?? "")]));
  keepInAddress(asked);
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-keeps-limits]"))) {
    for (const name of NAMES) {
      form.querySelector(`input[name=${name}]`)?.remove();
      if (asked[name]) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: asked[name] }));
    }
  }
}
