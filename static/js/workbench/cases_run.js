// @ts-check
/** The cases of the run on the page: which one the lanes show, and how far each has come. */
import { isTerminal } from "./events.js";

/** @typedef {import("./runs.js").Runs} Runs */

export class RunCases {
  /** @param {HTMLElement} root @param {Runs} runs @param {() => {letter: string, position: number}[]} lanes @param {() => void} onShown */
  constructor(root, runs, lanes, onShown) {
    this.root = root;
    this.runs = runs;
    this.lanes = lanes;
    this.onShown = onShown;
    this.choice = /** @type {HTMLSelectElement} */ (root.querySelector("select"));
    this.drawn = "";
    this.choice.addEventListener("change", () => this.show(Number(this.choice.value)));
    root.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-case-step], [data-show-case]"));
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      this.show(Number(button.dataset.showCase ?? runs.case + Number(button.dataset.caseStep)));
    });
  }

  get count() {
    return this.runs.variables.length;
  }

  /** @param {number} number */
  show(number) {
    if (number < 1 || number > this.count || number === this.runs.case) return;
    this.runs.showCase(number);
    this.onShown();
    this.update();
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** Shows where everything stands now. */
  update() {
    this.root.hidden = this.count < 2;
    if (this.root.hidden) return;
    const states = this.runs.samples.flatMap((_, position) => this.runs.allAt(position));
    const ended = states.filter(({ status }) => isTerminal(status)).length;
    const now = JSON.stringify([this.runs.comparison, this.runs.case, this.count, this.lanes().length, states.map(({ status }) => status)]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.drawChoice();
    this.part("[data-cases-ended]").textContent = ended < states.length ? `${ended} of ${states.length} answers have ended` : `All ${states.length} answers have ended`;
    this.part("[data-case-heads]").replaceChildren(cell("th", "Case"), cell("th", "Values"), ...this.lanes().map(({ letter }) => cell("th", `Lane ${letter}`)));
    this.part("[data-case-lines]").replaceChildren(...this.runs.variables.map((values, index) => this.line(values, index + 1)));
  }

  drawChoice() {
    this.choice.replaceChildren(...this.runs.variables.map((values, index) => new Option(`${index + 1}: ${inWords(values, 60)}`, String(index + 1))));
    this.choice.value = String(this.runs.case);
    this.part("[data-case-of]").textContent = `of ${this.count}`;
    this.part("[data-case-step='-1']").setAttribute("aria-disabled", String(this.runs.case === 1));
    this.part("[data-case-step='1']").setAttribute("aria-disabled", String(this.runs.case === this.count));
  }

  /** @param {Record<string, string>} values @param {number} number */
  line(values, number) {
    const row = document.createElement("tr");
    const shown = number === this.runs.case;
    if (shown) row.setAttribute("aria-current", "true");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: String(number) });
    button.dataset.showCase = String(number);
    button.setAttribute("aria-label", `Show case ${number} in the lanes`);
    const first = document.createElement("td");
    first.append(button);
    const given = cell("td", inWords(values, 200));
    given.className = "run-cases__given";
    row.append(first, given, ...this.lanes().map(({ position }) => cell("td", standing(this.runs.samplesAt(position, number)))));
    return row;
  }
}

/** @param {"td"|"th"} tag @param {string} text */
function cell(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

/** @param {Record<string, string>} values @param {number} most characters */
export function inWords(values, most) {
  const words = Object.entries(values).map(([name, value]) => `${name}: ${value || "nothing"}`).join(" · ").replace(/\s+/g, " ");
  return words.length > most ? `${words.slice(0, most - 1)}…` : words || "no values";
}

const WORDS = { queued: "Waiting", running: "Running", prefilling: "Running", streaming: "Running", done: "Done", stopped: "Stopped", interrupted: "Interrupted", failed: "Failed" };

/** How a lane stands in a case, in words. @param {import("./stream.js").StreamState[]} states */
function standing(states) {
  const ended = states.filter(({ status }) => isTerminal(status));
  if (!states.length) return "–";
  if (ended.length < states.length && states.length > 1) return `${ended.length} of ${states.length}`;
  /** @type {Map<string, number>} */
  const counted = new Map();
  for (const { status } of states) {
    const word = WORDS[/** @type {keyof typeof WORDS} */ (status)] ?? status;
    counted.set(word, (counted.get(word) ?? 0) + 1);
  }
  return [...counted].map(([word, count]) => (states.length > 1 ? `${count} ${word.toLowerCase()}` : word)).join(", ");
}
