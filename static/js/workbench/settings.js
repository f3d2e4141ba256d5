// @ts-check
/**
 * One lane's decoding settings: read, written, checked against their ranges.
 *
 * @typedef {import("./events.js").Settings} Settings
 * @typedef {{field: string, message: string}} Problem
 */
import { ControlField } from "./control.js";

export class LaneSettings {
  /** @param {HTMLElement} lane @param {() => void} onChange */
  constructor(lane, onChange) {
    this.lane = lane;
    this.onChange = onChange;
    this.profileSelect = /** @type {HTMLSelectElement} */ (lane.querySelector("[data-profile]"));
    this.folds = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("details:has([data-control])")]);
    this.sections = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("[data-section]")]);
    const controls = /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("[data-control]")]);
    this.controls = controls.map((root) => new ControlField(root, () => this.touched()));
    this.profileSelect.addEventListener("change", () => this.touched());
    lane.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    this.refresh();
  }

  get profile() {
    return this.profileSelect.value;
  }

  /** The controls that the chosen profile's engine keeps to. */
  get honored() {
    const names = new Set((this.profileSelect.selectedOptions[0]?.dataset.controls ?? "").split(" "));
    return this.controls.filter((control) => names.has(control.name) || control.isOfLane);
  }

  touched() {
    this.refresh();
    this.onChange();
  }

  refresh() {
    this.lane.querySelector("[data-gone-note]")?.toggleAttribute("hidden", this.isOffered);
    const honored = new Set(this.honored);
    for (const control of this.controls) control.refresh(honored.has(control));
    for (const section of this.sections) section.hidden = !section.querySelector("[data-control]:not([hidden])");
    for (const fold of this.folds) {
      const changed = this.honored.filter((control) => control.isChanged && fold.contains(control.root));
      const words = changed.map((control) => `${control.label} ${control.words}`).join(" · ");
      /** @type {HTMLElement} */ (fold.querySelector("[data-changed]")).textContent = words;
    }
  }

  /** @returns {Settings} */
  read() {
    const said = this.honored.filter((control) => !control.isSparse || control.isChanged);
    return Object.fromEntries(said.map((control) => [control.name, control.value]));
  }

  /** @returns {Problem[]} */
  problems() {
    return this.honored.flatMap((control) => control.problem ?? []);
  }

  /** A model that is not offered any more is still named: an old run's lane had it. @param {string} profile */
  choose(profile) {
    if (![...this.profileSelect.options].some(({ value }) => value === profile)) {
      const gone = new Option(profile, profile);
      gone.dataset.gone = "";
      this.profileSelect.add(gone);
    }
    this.profileSelect.value = profile;
  }

  /** Whether its model can be run. */
  get isOffered() {
    const chosen = this.profileSelect.selectedOptions[0];
    return chosen !== undefined && !("gone" in chosen.dataset);
  }

  /** @param {Settings} settings @param {string} [profile] */
  write(settings, profile) {
    if (profile) this.choose(profile);
    for (const control of this.controls) {
      if (control.name in settings) control.value = settings[control.name];
    }
    this.refresh();
  }

  /** All of a lane's settings: those that are kept only where they were set go back to their default. @param {Settings} settings @param {string} [profile] */
  show(settings, profile) {
    const sparse = this.controls.filter((control) => control.isSparse).map(({ name, fallback }) => [name, fallback]);
    this.write({ ...Object.fromEntries(sparse), ...settings }, profile);
  }

  /** @param {LaneSettings} other */
  copyTo(other) {
    other.write(Object.fromEntries(this.controls.map(({ name, value }) => [name, value])), this.profile);
    other.touched();
  }

  reset() {
    for (const control of this.controls) control.value = control.fallback;
    this.touched();
  }
}
