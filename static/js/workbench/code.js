// @ts-check
/** “View code” of a lane: what stands in it and in the composer, as a request in several languages. */

/** @typedef {import("./lane.js").Lane} Lane */

export class LaneCode {
  /** @param {{read: () => unknown}} composer @param {(lane: Lane) => Record<string, unknown>} request */
  constructor(composer, request) {
    this.dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#lane-code"));
    this.form = /** @type {HTMLFormElement} */ (this.dialog.querySelector("form"));
    this.body = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-code-body]"));
    this.composer = composer;
    this.request = request;
    this.language = "";
    this.form.addEventListener("htmx:afterSettle", () => this.keepLanguage());
    this.body.addEventListener("change", (event) => { this.language = /** @type {HTMLInputElement} */ (event.target).id; });
  }

  /** @param {Lane} lane */
  open(lane) {
    /** @type {HTMLElement} */ (this.dialog.querySelector("h2")).textContent = `Lane ${lane.letter} as code`;
    const request = { messages: this.composer.read(), lane: this.request(lane), seed: lane.seed };
    /** @type {HTMLInputElement} */ (this.form.elements.namedItem("request")).value = JSON.stringify(request);
    this.dialog.showModal();
    this.form.dispatchEvent(new CustomEvent("fetch-now"));
  }

  keepLanguage() {
    const chosen = this.language && this.body.querySelector(`#${this.language}`);
    if (chosen instanceof HTMLInputElement) chosen.checked = true;
  }
}
