// @ts-check
/** The preset that a lane's settings came from, until one of them is changed. */

/** @typedef {{id: string, name: string, profile: string, settings: import("./events.js").Settings}} Preset */

export class LanePreset {
  /** @param {HTMLElement} lane @param {import("./settings.js").LaneSettings} settings */
  constructor(lane, settings) {
    this.settings = settings;
    this.line = /** @type {HTMLElement} */ (lane.querySelector("[data-preset]"));
    this.name = /** @type {HTMLElement} */ (lane.querySelector("[data-preset-name]"));
    /** @type {Preset|null} */
    this.applied = null;
  }

  /** What a run refers to. */
  get reference() {
    return this.applied?.id ?? null;
  }

  /** Sets every setting to what the preset says, or to its default. @param {Preset} preset */
  apply(preset) {
    const known = [...this.settings.profileSelect.options].some(({ value }) => value === preset.profile);
    const defaults = Object.fromEntries(this.settings.controls.map(({ name, fallback }) => [name, fallback]));
    this.settings.write({ ...defaults, ...preset.settings }, known ? preset.profile : undefined);
    this.show(preset);
    this.settings.touched();
  }

  /** @param {Preset|null} [preset] */
  show(preset = null) {
    this.applied = preset;
    this.check();
  }

  /** Forgets the preset when the settings no longer are what it says. */
  check() {
    if (this.applied && !this.agrees(this.applied)) this.applied = null;
    this.line.hidden = this.applied === null;
    this.name.textContent = this.applied?.name ?? "";
  }

  /** @param {Preset} preset */
  agrees(preset) {
    if (preset.profile && preset.profile !== this.settings.profile) return false;
    return this.settings.honored.every(({ name, value, fallback, isSparse }) => {
      if (!(name in preset.settings) && !isSparse) return true;
      const wanted = preset.settings[name];
      if (name === "seed" && wanted === null) return true;
      return JSON.stringify(value ?? fallback) === JSON.stringify(wanted ?? fallback);
    });
  }
}
