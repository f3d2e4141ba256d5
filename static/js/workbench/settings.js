// @ts-check
/**
 * One lane's decoding settings: read, written, checked against their ranges.
 *
 * @typedef {import("./events.js").Settings} Settings
 * @typedef {{field: string, message: string}} Problem
 */
import { StopStrings } from "./stops.js";

export class LaneSettings {
  /** @param {HTMLElement} lane @param {() => void} onChange */
  constructor(lane, onChange) {
    this.lane = lane;
    this.onChange = onChange;
    this.profileSelect = /** @type {HTMLSelectElement} */ (lane.querySelector("[data-profile]"));
    this.changed = /** @type {HTMLElement} */ (lane.querySelector("[data-changed]"));
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
    return this.controls.filter((control) => names.has(control.name));
  }

  touched() {
    this.refresh();
    this.onChange();
  }

  refresh() {
    const honored = new Set(this.honored);
    for (const control of this.controls) control.refresh(honored.has(control));
    const hidden = this.honored.filter((control) => control.isChanged && control.root.closest("details"));
    this.changed.textContent = hidden.map((control) => `${control.label} ${control.words}`).join(" · ");
  }

  /** @returns {Settings} */
  read() {
    return Object.fromEntries(this.honored.map((control) => [control.name, control.value]));
  }

  /** @returns {Problem[]} */
  problems() {
    return this.honored.flatMap((control) => control.problem ?? []);
  }

  /** @param {Settings} settings @param {string} [profile] */
  write(settings, profile) {
    if (profile) this.profileSelect.value = profile;
    for (const control of this.controls) {
      if (control.name in settings) control.value = settings[control.name];
    }
    this.refresh();
  }

  reset() {
    for (const control of this.controls) control.value = control.fallback;
    this.touched();
  }
}

class ControlField {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.root = root;
    this.name = root.dataset.control ?? "";
    this.label = root.dataset.label ?? "";
    this.kind = root.dataset.kind;
    this.entry = /** @type {HTMLInputElement} */ (root.querySelector("[data-entry]"));
    this.range = /** @type {HTMLInputElement|null} */ (root.querySelector("[data-range]"));
    this.tags = this.kind === "list" ? new StopStrings(root, onChange) : null;
    this.entry.addEventListener("input", () => !this.tags && onChange());
    this.range?.addEventListener("input", () => {
      this.entry.value = this.range?.value ?? "";
      onChange();
    });
  }

  get fallback() {
    if (this.tags) return [];
    return this.root.dataset.default ? Number(this.root.dataset.default) : null;
  }

  /** What to send: null stands for the default, or for a seed to be drawn. @returns {number|string[]|null} */
  get value() {
    if (this.tags) return this.tags.values;
    return this.entry.value === "" ? null : Number(this.entry.value);
  }

  /** @param {string|number|string[]|null} value */
  set value(value) {
    if (this.tags) this.tags.show(Array.isArray(value) ? value : []);
    else this.entry.value = value === null || value === undefined ? "" : String(value);
  }

  get isChanged() {
    const value = this.value;
    return Array.isArray(value) ? value.length > 0 : value !== null && value !== this.fallback;
  }

  get words() {
    return Array.isArray(this.value) ? String(this.value.length) : String(this.value ?? "default");
  }

  /** @returns {Problem|null} */
  get problem() {
    const field = this.root.dataset.field ?? "";
    if (this.tags) return null;
    if (this.entry.validity.badInput) return { field, message: `${this.label} must be a number.` };
    const { minimum, maximum } = this.root.dataset;
    const value = /** @type {number|null} */ (this.value);
    if (value === null) return null;
    if (this.kind === "int" && !Number.isInteger(value)) return { field, message: `${this.label} must be a whole number.` };
    if (value >= Number(minimum) && value <= Number(maximum)) return null;
    return { field, message: `${this.label} is ${value}; it goes from ${Number(minimum)} to ${Number(maximum)}.` };
  }

  /** Where a value lies on the range, in percent. @param {number} value */
  share(value) {
    const [low, high] = [Number(this.range?.min), Number(this.range?.max)];
    return Number((((value - low) / (high - low)) * 100).toFixed(1));
  }

  /** @param {boolean} honored */
  refresh(honored) {
    this.root.hidden = !honored;
    this.root.classList.toggle("control--changed", this.isChanged);
    if (!this.range) return;
    this.range.value = String(this.value ?? this.fallback);
    const neutral = this.root.dataset.group === "penalties" ? Number(this.fallback) : Number(this.range.min);
    const ends = [this.share(neutral), this.share(Number(this.range.value))].sort((a, b) => a - b);
    this.range.style.setProperty("--from", `${ends[0]}%`);
    this.range.style.setProperty("--fill", `${ends[1]}%`);
  }
}
