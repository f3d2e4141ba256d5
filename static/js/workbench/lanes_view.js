// @ts-check
/**
 * How the lanes are looked at: which are strips, which one stands alone, whether only the settings
 * that differ are shown. Nothing of it changes what Run sends.
 */

/** @typedef {import("./lane.js").Lane} Lane */

const NARROWEST_PX = 258;
const STRIP_PX = 46;
const GAP_PX = 12;

/**
 * In how many columns lanes stand so that each is wide enough, and every row about as full.
 *
 * @param {number} lanes @param {number} width in px, strips left out
 */
export function columns(lanes, width) {
  const most = Math.max(1, Math.floor((width + GAP_PX) / (NARROWEST_PX + GAP_PX)));
  const rows = Math.ceil(Math.max(1, lanes) / most);
  return Math.ceil(Math.max(1, lanes) / rows);
}

export class LanesView {
  /** @param {import("./lanes.js").Lanes} lanes @param {() => void} onChange */
  constructor(lanes, onChange) {
    this.lanes = lanes;
    this.onChange = onChange;
    /** @type {Lane|null} */
    this.solo = null;
    this.differencesOnly = false;
    this.scrollsTogether = false;
    this.fewerFigures = false;
    new ResizeObserver(() => this.arrange()).observe(lanes.root);
  }

  /** What a draft keeps of it, by name. @returns {Record<string, boolean>} */
  get open() {
    const strips = this.lanes.all.filter(({ collapsed }) => collapsed).map(({ position }) => `lane-${position}.collapsed`);
    const solo = this.solo ? [`lane-${this.solo.position}.solo`] : [];
    const wholes = [
      this.differencesOnly && "lanes.differences", this.scrollsTogether && "lanes.scroll", this.fewerFigures && "lanes.figures",
    ];
    return Object.fromEntries([...strips, ...solo, ...wholes].filter(Boolean).map((name) => [name, true]));
  }

  /** @param {Record<string, boolean>} open */
  show(open) {
    for (const lane of this.lanes) lane.collapsed = open[`lane-${lane.position}.collapsed`] === true;
    this.solo = this.lanes.all.find(({ position }) => open[`lane-${position}.solo`]) ?? null;
    this.differencesOnly = open["lanes.differences"] === true;
    this.scrollsTogether = open["lanes.scroll"] === true;
    this.fewerFigures = open["lanes.figures"] === true;
    this.apply();
  }

  /** @param {Lane} lane */
  isStrip(lane) {
    return this.solo ? lane !== this.solo : lane.collapsed;
  }

  /** @param {Lane} lane */
  toggleCollapsed(lane) {
    const strip = this.isStrip(lane);
    this.solo = null;
    lane.collapsed = !strip;
    this.onChange();
  }

  /** @param {Lane} lane */
  toggleSolo(lane) {
    this.solo = this.solo === lane || this.lanes.all.length < 2 ? null : lane;
    if (this.solo) this.solo.collapsed = false;
    this.onChange();
  }

  toggleDifferences() {
    this.differencesOnly = !this.differencesOnly;
    this.onChange();
  }

  toggleFigures() {
    this.fewerFigures = !this.fewerFigures;
    this.onChange();
  }

  toggleScroll() {
    this.scrollsTogether = !this.scrollsTogether;
    this.onChange();
  }

  /** A lane is wanted as a whole. @param {Lane} lane @param {{settings?: boolean}} [wanted] with its settings */
  reveal(lane, { settings = false } = {}) {
    if (!this.isStrip(lane) && !(settings && this.differencesOnly)) return;
    if (this.solo !== lane) this.solo = null;
    lane.collapsed = false;
    if (settings) this.differencesOnly = false;
    this.onChange();
  }

  apply() {
    const { all, root, tile, isFull } = this.lanes;
    if (this.solo && (!all.includes(this.solo) || all.length < 2)) this.solo = null;
    for (const lane of all) this.applyTo(lane);
    tile.hidden = isFull;
    root.toggleAttribute("data-differences-only", this.differencesOnly && all.length > 1);
    root.toggleAttribute("data-fewer-figures", this.fewerFigures);
    root.dataset.count = String(all.length);
    this.arrange();
  }

  /** @param {Lane} lane */
  applyTo(lane) {
    const [strip, alone] = [this.isStrip(lane), this.solo === lane];
    lane.root.toggleAttribute("data-strip", strip);
    const [name, title] = [lane.part("[data-strip-name]"), lane.settings.profileSelect.selectedOptions[0]?.text ?? ""];
    if (name.textContent !== title) name.textContent = title;
    lane.part("[data-action=solo]").setAttribute("aria-pressed", String(alone));
    lane.part("[data-solo-words]").textContent = alone ? "Show the other lanes" : "Show only this lane";
    lane.part("[data-action=open]").hidden = !strip;
    const place = this.lanes.all.indexOf(lane);
    /** @type {HTMLButtonElement} */ (lane.part("[data-action=move-left]")).disabled = place === 0;
    /** @type {HTMLButtonElement} */ (lane.part("[data-action=move-right]")).disabled = place === this.lanes.all.length - 1;
    for (const action of ["remove", "solo", "copy-to-all"]) {
      /** @type {HTMLButtonElement} */ (lane.part(`[data-action=${action}]`)).disabled = this.lanes.all.length < 2;
    }
    /** @type {HTMLButtonElement} */ (lane.part("[data-action=duplicate]")).disabled = this.lanes.isFull;
  }

  arrange() {
    const { all, root, isFull } = this.lanes;
    const strips = all.filter((lane) => this.isStrip(lane)).length;
    const narrow = (strips + (isFull ? 0 : 1)) * (STRIP_PX + GAP_PX);
    root.style.setProperty("--columns", String(columns(all.length - strips, root.clientWidth - narrow)));
    root.style.setProperty("--narrow", `${narrow}px`);
  }
}
