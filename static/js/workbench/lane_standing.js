// @ts-check
/** Where a lane stands, in words: its status, what happened to it, and which engine answered. */
import { isTerminal } from "./events.js";

/** @typedef {import("./stream.js").StreamState} StreamState */

const STATUS_WORDS = {
  idle: "Ready", sending: "Sending", queued: "Queued", running: "Running", prefilling: "Prefilling",
  streaming: "Streaming", done: "Done", stopped: "Stopped", interrupted: "Interrupted", failed: "Failed",
};
const ENDINGS = { stopped: "stopped here", interrupted: "cut off here", failed: "failed here" };

/** @param {StreamState} state how its text ends where it does not end by itself */
export const endingOf = ({ text, status }) => (text ? ENDINGS[/** @type {keyof typeof ENDINGS} */ (status)] ?? "" : "");

export class LaneStanding {
  /** @param {HTMLElement} lane */
  constructor(lane) {
    this.lane = lane;
    this.pill = this.part("[data-pill]");
    this.notice = this.part("[data-notice]");
    this.noticeText = this.part("[data-notice-text]");
    this.again = this.part("[data-notice] [data-action=again]");
    this.provenance = this.part("[data-provenance]");
    /** What the notice shows. */
    this.noticed = "";
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.lane.querySelector(selector));
  }

  get status() {
    return this.pill.dataset.status ?? "idle";
  }

  get words() {
    return this.pill.textContent ?? "";
  }

  /** @param {string} status @param {number|null} position */
  showStatus(status, position) {
    const words = STATUS_WORDS[/** @type {keyof typeof STATUS_WORDS} */ (status)] ?? status;
    const text = status === "queued" && position ? `${words}, ${place(position)}` : words;
    if (this.words !== text) this.pill.textContent = text;
    if (this.status !== status) this.pill.dataset.status = status;
  }

  /** @param {string} text @param {boolean} bad @param {boolean} ended whether it can be run again */
  showNotice(text, bad, ended) {
    const noticed = `${bad} ${ended} ${text}`;
    if (noticed === this.noticed) return;
    this.noticed = noticed;
    this.notice.hidden = !text;
    this.notice.dataset.tone = bad ? "bad" : "warn";
    this.noticeText.textContent = text;
    this.again.hidden = !ended;
  }

  /** @param {StreamState|null} state */
  showProvenance(state) {
    const { engine, engine_version: version, model } = state?.metrics ?? {};
    const attempt = state && state.attempt > 1 ? `attempt ${state.attempt}` : "";
    const name = typeof model === "string" ? model.split("/").filter(Boolean).at(-1) : "";
    const parts = [engine ? [engine, version].filter(Boolean).join(" ") : "", name, attempt];
    const words = parts.filter(Boolean).join(" · ");
    if (this.provenance.textContent !== words) this.provenance.textContent = words;
  }

  /** @param {StreamState} state */
  show(state) {
    this.showStatus(state.status, state.position);
    this.showNotice(state.error || state.detail || beganAgain(state), state.status === "failed", isTerminal(state.status));
    this.showProvenance(state);
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
