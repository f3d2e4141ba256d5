// @ts-check
/** A lane's figures: written as they come, and compared with the other lane's at the end. */

const LEAST_SHARE = 0.02;
const LEAST_MS = 0.1;
/** Figures that follow the answer's length: compared only where both lanes ran to their end. */
const BY_LENGTH = new Set(["e2e_ms", "decode_ms"]);
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
  return [Number(value).toLocaleString("en", { maximumFractionDigits: 0 }), ""];
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

export class Figures {
  /** @param {HTMLElement} lane */
  constructor(lane) {
    this.cells = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("[data-figure]")]);
    this.badge = /** @type {HTMLTemplateElement} */ (document.querySelector("#best-icon")).content;
  }

  /** @param {Metrics} metrics */
  show(metrics) {
    for (const cell of this.cells) {
      const { figure = "", unit = "" } = cell.dataset;
      const value = /** @type {HTMLElement} */ (cell.querySelector("[data-value]"));
      const [text, suffix] = written(unit, metrics[figure]);
      const cached = beside(figure, metrics) || suffix;
      if ("optional" in cell.dataset) cell.hidden = text === "–";
      if (value.dataset.written === text + cached) continue;
      value.dataset.written = text + cached;
      value.toggleAttribute("data-empty", text === "–");
      value.replaceChildren(text);
      if (cached) value.append(Object.assign(document.createElement("span"), { className: "figure__unit", textContent: cached }));
    }
  }

  clearWins() {
    for (const cell of this.cells) cell.querySelector(".figure__win")?.remove();
  }

  /** @param {Metrics} mine @param {Metrics} theirs @param {boolean} bothWhole @param {string} other the other lane's letter */
  markWins(mine, theirs, bothWhole, other) {
    this.clearWins();
    for (const cell of this.cells) {
      const { figure = "", better = "", unit } = cell.dataset;
      if (!better || (BY_LENGTH.has(figure) && !bothWhole)) continue;
      if (typeof mine[figure] !== "number" || typeof theirs[figure] !== "number") continue;
      const factor = lead(better, mine[figure], theirs[figure], unit === "duration");
      if (factor) cell.querySelector("dd")?.append(this.win(factor, other));
    }
  }

  /** @param {number} factor @param {string} other */
  win(factor, other) {
    const badge = document.createElement("span");
    badge.className = "figure__win";
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = `better than lane ${other}`;
    badge.append(this.badge.cloneNode(true), Number.isFinite(factor) ? factorText(factor) : "", words);
    return badge;
  }
}

/**
 * What makes two lanes' figures hard to compare, in words.
 *
 * @param {Metrics} a @param {Metrics} b @returns {string[]}
 */
export function caveats(a, b) {
  const found = [];
  if ((a.cached_tokens ?? 0) !== (b.cached_tokens ?? 0)) {
    found.push(`Cached prompt tokens differ (A ${a.cached_tokens ?? 0}, B ${b.cached_tokens ?? 0}): TTFT does not compare`);
  }
  if (a.output_tokens !== b.output_tokens) {
    found.push(`Lengths differ (A ${a.output_tokens ?? 0}, B ${b.output_tokens ?? 0}): decode and end to end follow`);
  }
  return found;
}
