// @ts-check
/**
 * The library on the workbench: a dialog to pick a prompt, a menu of presets in each lane, and the
 * dialogs that save what stands on the page.
 */

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("./lane.js").Lane} Lane */

/** @param {string} id */
const dialogOf = (id) => /** @type {HTMLDialogElement} */ (document.querySelector(id));

export class Library {
  /** @param {HTMLElement} page @param {Composer} composer @param {Lane[]} lanes */
  constructor(page, composer, lanes) {
    this.page = page;
    this.composer = composer;
    this.lanes = lanes;
    this.picker = dialogOf("#prompt-picker");
    this.problem = /** @type {HTMLElement} */ (document.querySelector("[data-library-problem]"));
    /** The lane whose settings are being saved. */
    this.lane = lanes[0];
    page.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    page.addEventListener("toggle", (event) => this.toggled(/** @type {Element} */ (event.target)), { capture: true });
    page.addEventListener("htmx:configRequest", (event) => this.send(/** @type {CustomEvent} */ (event)));
  }

  /** @param {Element} target */
  clicked(target) {
    const button = /** @type {HTMLElement|null} */ (target.closest("button"));
    const { action, dialog, usePrompt, usePreset, savedPrompt, savedPreset } = button?.dataset ?? {};
    const lane = this.lanes.find(({ root }) => root.contains(target));
    if (action === "open-prompt") this.pick();
    if (action === "save-prompt") this.save("#save-prompt");
    if (action === "save-preset" && lane) {
      this.lane = lane;
      this.save("#save-preset");
    }
    if (usePrompt) this.openPrompt(usePrompt);
    if (usePreset && lane) this.applyPreset(usePreset, [lane]);
    if (savedPrompt) this.openPrompt(savedPrompt);
    if (savedPreset) this.applyPreset(savedPreset, [this.lane]);
    if (dialog === "close") button?.closest("dialog")?.close();
  }

  pick() {
    const search = /** @type {HTMLInputElement} */ (this.picker.querySelector("input"));
    search.value = "";
    this.picker.showModal();
    search.dispatchEvent(new CustomEvent("fetch-now"));
  }

  /** A menu was opened: ask for its presets. @param {Element} menu */
  toggled(menu) {
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || !menu.matches("[data-presets]")) return;
    const search = /** @type {HTMLInputElement} */ (menu.querySelector("input"));
    search.value = "";
    search.dispatchEvent(new CustomEvent("fetch-now"));
    search.focus({ preventScroll: true });
  }

  /** Opens a dialog with an empty form. @param {string} id */
  save(id) {
    const dialog = dialogOf(id);
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("fetch-now"));
  }

  /** Adds to a form of ours what stands on the page. @param {CustomEvent} event */
  send({ detail }) {
    if (detail.verb !== "post") return;
    if (detail.elt.closest("#save-preset")) {
      detail.parameters.profile = this.lane.settings.profile;
      detail.parameters.settings = JSON.stringify(this.lane.settings.read());
    } else if (detail.elt.closest("#save-prompt")) {
      detail.parameters.messages = JSON.stringify(this.composer.written);
      const [values = {}] = this.composer.cases.rows;
      for (const name of Object.keys(values)) detail.parameters[`value-${name}`] = values[name];
    }
  }

  /** @param {string} address */
  async openPrompt(address) {
    const prompt = await this.fetch(address);
    this.picker.close();
    if (prompt) this.composer.open(prompt);
  }

  /** @param {string} address @param {Lane[]} lanes */
  async applyPreset(address, lanes) {
    const preset = await this.fetch(address);
    if (preset) for (const lane of lanes) lane.preset.apply(preset);
  }

  /** What the address asks for: `?prompt=` fills the composer, `?preset=` sets the first lane. */
  async arrive() {
    const query = new URLSearchParams(location.search);
    const [prompt, preset, version] = ["prompt", "preset", "version"].map((name) => query.get(name));
    if (!prompt && !preset) return;
    history.replaceState({}, "", location.pathname);
    const { promptAddress = "", presetAddress = "" } = this.picker.dataset;
    if (prompt) await this.openPrompt(addressOf(promptAddress, prompt) + (version ? `?version=${encodeURIComponent(version)}` : ""));
    if (preset) await this.applyPreset(addressOf(presetAddress, preset), [this.lanes[0]]);
  }

  /** @param {string} address @returns {Promise<any>} null where it could not be had, and says so */
  async fetch(address) {
    const shell = /** @type {HTMLElement} */ (document.querySelector("[hx-headers]"));
    const headers = { "X-Team": JSON.parse(shell.getAttribute("hx-headers") ?? "{}")["X-Team"] };
    const answer = await fetch(address, { headers }).catch(() => null);
    this.problem.hidden = answer?.ok === true;
    if (answer?.ok) return answer.json();
    this.problem.textContent = answer?.status === 404
      ? "This is not in this team's library: it was deleted, is private, or belongs to another of your teams. Switch teams and try again."
      : "The library cannot be reached. Try again in a moment.";
    return null;
  }
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** @param {string} address of the thing with no id @param {string} id */
const addressOf = (address, id) => address.replace(NOBODY, encodeURIComponent(id));
