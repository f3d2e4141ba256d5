// @ts-check
/** A lane's figures: written as they come, and compared with the other lanes' at the end. */
import { whole } from "./numbers.js";

const LEAST_SHARE = 0.02;
const LEAST_MS = 0.1;
/** Figures that follow the answer's length: compared only where all lanes ran to their end. */
export const BY_LENGTH = new Set(["e2e_ms", "decode_ms"]);
const ENDINGS = { stop: "Stop", length: "Length", abort: "Abort", error: "Error" };

/** @typedef {import("./events.js").Metrics} Metrics */

/** @param {number} ms @returns {[string, string]} */
export function duration(ms) {
  if (ms >= 9_999.5) return [(ms / 1000).toFixed(1), "s"];
  if (ms >= 999.5) return [(ms / 1000).toFixed(2), "s"];
  if (ms >= 99.95) return [ms.toFixed(0), "ms"];
  if (ms < 0.005) return ["0", "ms"];
  return [ms.toFixed(ms >= 9.995 ? 1 : 2), "ms"];
}

/** @param {string} unit @param {number|string|null|undefined} value @returns {[string, string]} */
export function written(unit, value) {
  if (value === null || value === undefined || value === "") return ["–", ""];
  if (unit === "word") return [ENDINGS[/** @type {keyof typeof ENDINGS} */ (value)] ?? String(value), ""];
  if (unit === "duration") return duration(Number(value));
  if (unit === "rate") return [Number(value) < 100 ? Number(value).toFixed(1) : Number(value).toFixed(0), ""];
  if (unit === "ratio" && Number(value) < 100) return [Number(value).toFixed(3), ""];
  return [whole(Number(value)), ""];
}

/**
 * How far `mine` is ahead of `theirs`: a factor above 1, or null where it is not ahead.
 *
 * @param {string} better @param {number} mine @param {number} theirs @param {boolean} isTime
 */
export function lead(better, mine, theirs, isTime) {
  const [low, high] = [Math.min(mine, theirs), Math.max(mine, theirs)];
  if ((better === "lower" ? mine >= theirs : mine <= theirs) || high - low < LEAST_SHARE * high) return null;
  if (isTime && high - low < LEAST_MS) return null;
  return low > 0 ? high / low : Infinity;
}

/**
 * What stands small behind a figure: tokens of the prompt that were cached, tokens that were guessed.
 *
 * @param {string} figure @param {Metrics} metrics
 */
function beside(figure, metrics) {
  if (figure === "prompt_tokens" && metrics.cached_tokens) return `(${metrics.cached_tokens})`;
  if (figure === "accepted_tokens" && metrics.drafted_tokens) return `of ${metrics.drafted_tokens}`;
  return "";
}

/** @param {number} factor */
const factorText = (factor) => (factor >= 100 ? ">99×" : `${factor.toFixed(factor >= 9.95 ? 0 : factor < 1.1 ? 2 : 1)}×`);

/** One figure: its nodes stay, for some of them change with every frame. */
class Figure {
  /** @param {HTMLElement} cell */
  constructor(cell) {
    this.cell = cell;
    this.name = cell.dataset.figure ?? "";
    this.unit = cell.dataset.unit ?? "";
    this.isOptional = "optional" in cell.dataset;
    this.value = /** @type {HTMLElement} */ (cell.querySelector("[data-value]"));
    this.text = document.createTextNode("");
    this.small = Object.assign(document.createElement("span"), { className: "figure__unit", hidden: true });
    this.value.replaceChildren(this.text, this.small);
    this.show({});
  }

  /** @param {Metrics} metrics */
  show(metrics) {
    const [text, suffix] = written(this.unit, metrics[this.name]);
    const small = beside(this.name, metrics) || suffix;
    if (text !== this.text.data) {
      const isEmpty = text === "–";
      this.text.data = text;
      this.value.toggleAttribute("data-empty", isEmpty);
      if (this.isOptional) this.cell.hidden = isEmpty;
    }
    if (small === this.small.textContent) return;
    this.small.textContent = small;
    this.small.hidden = !small;
  }
}

export class Figures {
  /** @param {HTMLElement} lane */
  constructor(lane) {
    this.cells = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("[data-figure]")]);
    this.all = this.cells.map((cell) => new Figure(cell));
    this.badge = /** @type {HTMLTemplateElement} */ (document.querySelector("#best-icon")).content;
  }

  /** @param {Metrics} metrics */
  show(metrics) {
    for (const figure of this.all) figure.show(metrics);
  }

  clearWins() {
    for (const cell of this.cells) cell.querySelector(".figure__win")?.remove();
  }

  /** @param {string} figure @param {number} factor how far ahead @param {string} words of whom */
  markBest(figure, factor, words) {
    const cell = this.cells.find(({ dataset }) => dataset.figure === figure);
    cell?.querySelector("dd")?.append(this.win(factor, words));
  }

  /** @param {number} factor @param {string} words */
  win(factor, words) {
    const badge = document.createElement("span");
    badge.className = "figure__win";
    const said = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: words });
    badge.append(this.badge.cloneNode(true), Number.isFinite(factor) ? factorText(factor) : "", said);
    return badge;
  }
}

/**
 * What makes the lanes' figures hard to compare, in words.
 *
 * @param {{letter: string, metrics: Metrics}[]} lanes @returns {string[]}
 */
export function caveats(lanes) {
  const found = [];
  const cached = counts(lanes, "cached_tokens");
  if (cached) found.push(`Cached prompt tokens differ (${cached}): TTFT does not compare`);
  const lengths = counts(lanes, "output_tokens");
  if (lengths) found.push(`Lengths differ (${lengths}): decode and end to end follow`);
  return found;
}

/** Each lane's count, where they are not all the same. @param {{letter: string, metrics: Metrics}[]} lanes @param {string} figure */
function counts(lanes, figure) {
  const values = lanes.map(({ metrics }) => Number(metrics[figure] ?? 0));
  if (new Set(values).size < 2) return "";
  return lanes.map(({ letter }, index) => `${letter} ${values[index]}`).join(", ");
}
