// @ts-check
/**
 * One decoding control: a number, a choice, a yes or no, a text, or a list of strings.
 *
 * @typedef {import("./events.js").Setting} Setting
 */
import { StopStrings } from "./stops.js";

export class ControlField {
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

  /** Kept only where it is set to something else than the default. */
  get isSparse() {
    return "sparse" in this.root.dataset;
  }

  /** Holds for any engine. */
  get isOfLane() {
    return "ofLane" in this.root.dataset;
  }

  get isNumber() {
    return this.kind === "int" || this.kind === "float";
  }

  /** @returns {Setting} */
  get fallback() {
    const { default: written = "" } = this.root.dataset;
    if (this.tags) return JSON.parse(written || "[]");
    if (this.kind === "flag") return written === "true";
    if (!this.isNumber) return written;
    return written ? Number(written) : null;
  }

  /** What to send: null stands for the default, or for a seed to be drawn. @returns {Setting} */
  get value() {
    if (this.tags) return this.tags.values;
    if (this.kind === "flag") return this.entry.checked;
    if (!this.isNumber) return this.entry.value;
    return this.entry.value === "" ? null : Number(this.entry.value);
  }

  /** @param {Setting|undefined} value */
  set value(value) {
    if (this.tags) this.tags.show(Array.isArray(value) ? value : []);
    else if (this.kind === "flag") this.entry.checked = value === true;
    else this.entry.value = value === null || value === undefined ? "" : String(value);
  }

  get isChanged() {
    const value = this.value;
    return value !== null && JSON.stringify(value) !== JSON.stringify(this.fallback);
  }

  /** The value in a few words, for where the control itself is folded away. */
  get words() {
    const { value } = this;
    if (Array.isArray(value)) return String(value.length);
    if (this.kind === "flag") return value ? "on" : "off";
    if (this.entry instanceof HTMLSelectElement) return this.entry.selectedOptions[0]?.text ?? "";
    if (this.kind === "text") return `${String(value).length} characters`;
    return String(value ?? "default");
  }

  /** @returns {{field: string, message: string}|null} */
  get problem() {
    const field = this.root.dataset.field ?? "";
    if (!this.isNumber) return null;
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
