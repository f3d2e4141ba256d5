// @ts-check
/** One lane on the page: its settings, its status, its answer and its figures. */
import { isTerminal } from "./events.js";
import { Figures } from "./figures.js";
import { Output } from "./output.js";
import { LaneSamples } from "./samples.js";
import { LanePreset } from "./preset.js";
import { LaneSettings } from "./settings.js";
import { liveRate } from "./stream.js";
import { drawWaterfall } from "./waterfall.js";

/** @typedef {import("./stream.js").StreamState} StreamState */

const STATUS_WORDS = {
  idle: "Ready", sending: "Sending", queued: "Queued", running: "Running", prefilling: "Prefilling",
  streaming: "Streaming", done: "Done", stopped: "Stopped", interrupted: "Interrupted", failed: "Failed",
};
const ENDINGS = { stopped: "stopped here", interrupted: "cut off here", failed: "failed here" };

export class Lane {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.root = root;
    this.position = Number(root.dataset.lane);
    this.letter = root.dataset.letter ?? "";
    this.settings = new LaneSettings(root, onChange);
    this.preset = new LanePreset(root, this.settings);
    this.output = new Output(root);
    this.figures = new Figures(root);
    this.samples = new LaneSamples(root, (generation) => this.onChosen(generation));
    /** @type {(generation: number) => unknown} */
    this.onChosen = () => {};
    this.waterfall = this.part("[data-waterfall]");
    this.pill = this.part("[data-pill]");
    this.notice = this.part("[data-notice]");
    this.stop = this.part("[data-action=stop]");
    /** @type {StreamState|null} */
    this.state = null;
    /** @type {number|null} */
    this.seed = null;
    /** What this browser saw: ms from Run to the first token painted. @type {number|null} */
    this.painted = null;
    /** @type {number|null} */
    this.pressedAt = null;
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  get isRunning() {
    return this.state !== null && !isTerminal(this.state.status);
  }

  get metrics() {
    return this.state?.metrics ?? null;
  }

  /** The figures of an ended run; null before. */
  get shownFigures() {
    return this.state?.metrics ? this.currentFigures(this.state) : null;
  }

  /** A run begins: clears what the lane holds. @param {number|null} pressedAt null where it was started elsewhere */
  begin(pressedAt) {
    this.state = null;
    this.painted = null;
    this.pressedAt = pressedAt;
    this.output.clear();
    this.output.show("", false, "");
    this.samples.clear();
    this.figures.clearWins();
    this.figures.show({});
    drawWaterfall(this.waterfall, null, 0);
    this.part("[data-provenance]").textContent = "";
    this.showStatus("sending", null);
    this.showNotice("", false);
    this.showSeed(null);
  }

  /** Brings the answer into view, where the settings stand in front of it. */
  reveal() {
    for (const fold of this.root.querySelectorAll("details.settings__rest")) fold.removeAttribute("open");
    this.output.scroll.scrollIntoView({ block: "center" });
  }

  /** The run was refused: back to what it was before. */
  calm() {
    if (!this.state) this.showStatus("idle", null);
  }

  /** @param {number|null} seed the seed of the run on the page */
  showSeed(seed) {
    this.seed = seed;
    const kept = this.settings.controls.find((control) => control.name === "seed")?.value === seed;
    this.part("[data-drawn-seed]").textContent = seed === null ? "" : String(seed);
    this.part("[data-drawn]").hidden = seed === null;
    this.part("[data-action=keep-seed]").hidden = seed === null || kept;
  }

  keepSeed() {
    this.settings.write({ seed: this.seed });
    this.showSeed(this.seed);
    this.settings.onChange();
  }

  /** @param {StreamState} state */
  paint(state) {
    this.state = state;
    const live = state.status === "streaming";
    const ending = state.text ? ENDINGS[/** @type {keyof typeof ENDINGS} */ (state.status)] ?? "" : "";
    this.output.show(state.text, live, ending);
    this.showStatus(state.status, state.position);
    this.showNotice(state.error || state.detail || beganAgain(state), state.status === "failed");
    this.figures.show(this.currentFigures(state));
    this.showProvenance(state);
  }

  /** @param {StreamState} state @returns {import("./events.js").Metrics} */
  currentFigures(state) {
    const seen = this.painted;
    if (state.metrics) {
      return {
        ...state.metrics,
        client_ttft_ms: seen ?? state.metrics.client_ttft_ms ?? null,
        output_tokens: state.metrics.output_tokens ?? state.tokens,
        finish_reason: state.finishReason,
      };
    }
    const elapsed = this.pressedAt !== null && state.seq > 0 ? performance.now() - this.pressedAt : null;
    return {
      client_ttft_ms: seen, output_tokens: state.seq > 0 ? state.tokens : null,
      tokens_per_second: liveRate(state), e2e_ms: elapsed,
    };
  }

  /** @param {string} status @param {number|null} position */
  showStatus(status, position) {
    const words = STATUS_WORDS[/** @type {keyof typeof STATUS_WORDS} */ (status)] ?? status;
    const text = status === "queued" && position ? `${words}, ${place(position)}` : words;
    if (this.pill.textContent !== text) this.pill.textContent = text;
    this.pill.dataset.status = status;
  }

  /** @param {string} text @param {boolean} bad */
  showNotice(text, bad) {
    const ended = this.state !== null && isTerminal(this.state.status);
    this.notice.hidden = !text;
    this.notice.dataset.tone = bad ? "bad" : "warn";
    this.part("[data-notice-text]").textContent = text;
    /** @type {HTMLElement} */ (this.notice.querySelector("[data-action=again]")).hidden = !ended;
  }

  /** @param {StreamState} state */
  showProvenance(state) {
    const { engine, engine_version: version, model } = state.metrics ?? {};
    const attempt = state.attempt > 1 ? `attempt ${state.attempt}` : "";
    const name = typeof model === "string" ? model.split("/").filter(Boolean).at(-1) : "";
    const parts = [engine ? [engine, version].filter(Boolean).join(" ") : "", name, attempt];
    this.part("[data-provenance]").textContent = parts.filter(Boolean).join(" · ");
  }
}

/** Said while the later attempt runs; afterwards its number stands beside the engine. @param {StreamState} state */
function beganAgain(state) {
  if (state.attempt < 2 || isTerminal(state.status)) return "";
  return `The engine that was answering was lost, so this began again: attempt ${state.attempt}.`;
}

/** @param {number} position */
function place(position) {
  return position === 1 ? "next in line" : `${position - 1} ahead`;
}
