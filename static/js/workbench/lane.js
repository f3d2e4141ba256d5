// @ts-check
/** One lane on the page: its settings, where it stands, its answer and its figures. */
import { isTerminal } from "./events.js";
import { Figures } from "./figures.js";
import { endingOf, LaneStanding } from "./lane_standing.js";
import { rename } from "./lanes_naming.js";
import { Output } from "./output.js";
import { LanePreset } from "./preset.js";
import { LaneSamples } from "./samples.js";
import { LaneSettings } from "./settings.js";
import { liveRate } from "./stream.js";
import { drawWaterfall } from "./waterfall.js";

/** @typedef {import("./stream.js").StreamState} StreamState */

export class Lane {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.root = root;
    /** Its position in the run on the page, which its letter says; not its place on the page. */
    this.position = Number(root.dataset.lane);
    this.letter = root.dataset.letter ?? "";
    this.isFresh = false;
    /** Shown as a narrow strip. */
    this.collapsed = false;
    this.settings = new LaneSettings(root, onChange);
    this.preset = new LanePreset(root, this.settings);
    this.standing = new LaneStanding(root);
    this.output = new Output(root);
    this.figures = new Figures(root);
    this.samples = new LaneSamples(root, (generation) => this.onChosen(generation));
    /** @type {(generation: number) => unknown} */
    this.onChosen = () => undefined;
    this.waterfall = this.part("[data-waterfall]");
    /** Which picture the waterfall shows. */
    this.drawn = "";
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

  /** Whether the run on the page knows nothing of it. */
  get fresh() {
    return this.isFresh;
  }

  set fresh(fresh) {
    this.isFresh = fresh;
    if (fresh && this.standing.status !== "idle") this.forget();
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

  /** @param {number} position @param {string} letters */
  rename(position, letters) {
    if (position === this.position) return;
    this.position = position;
    this.letter = letters[position];
    rename(this.root, position, this.letter);
  }

  /** What Run sends of it. @param {boolean} sameSeeds as the run on the page @returns {import("./runs.js").LaneRequest} */
  request(sameSeeds) {
    const settings = this.settings.read();
    const keeps = sameSeeds && this.seed !== null && settings.seed === null;
    return {
      profile: this.settings.profile, settings: keeps ? { ...settings, seed: this.seed } : settings,
      preset: this.preset.reference, fork: this.output.fork,
    };
  }

  /** A run begins: clears what the lane holds. @param {number|null} pressedAt null where it was started elsewhere */
  begin(pressedAt) {
    this.empty();
    this.pressedAt = pressedAt;
    this.output.show("", false, "");
    this.standing.showStatus("sending", null);
  }

  /** The run on the page is not this lane's: shows nothing of one. */
  forget() {
    this.empty();
    this.pressedAt = null;
    this.output.show("", false, "");
    this.output.empty.hidden = false;
    this.stop.hidden = true;
    this.standing.showStatus("idle", null);
  }

  empty() {
    this.state = null;
    this.painted = null;
    this.output.clear();
    this.samples.clear();
    this.figures.clearWins();
    this.figures.show({});
    drawWaterfall(this.waterfall, null, 0);
    this.drawn = "";
    this.standing.showProvenance(null);
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
    if (!this.state) this.standing.showStatus("idle", null);
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
    this.output.paint(state, endingOf(state));
    this.standing.show(state);
    this.figures.show(this.currentFigures(state));
  }

  /** Where its time went. @param {number} scale ms across the whole width */
  draw(scale) {
    const picture = `${this.state?.generation} ${this.state?.attempt} ${scale}`;
    if (!this.metrics || picture === this.drawn) return;
    this.drawn = picture;
    drawWaterfall(this.waterfall, this.metrics, scale);
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

  /** @param {string} text @param {boolean} bad */
  showNotice(text, bad) {
    this.standing.showNotice(text, bad, this.state !== null && isTerminal(this.state.status));
  }
}
