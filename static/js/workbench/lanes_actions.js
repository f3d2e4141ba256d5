// @ts-check
/** What can be done with a lane, and with all of them: by a button, from a menu, by a key. */

/** @typedef {import("./lane.js").Lane} Lane */
/**
 * @typedef {object} Bench
 * @property {import("./lanes.js").Lanes} lanes
 * @property {import("./lanes_view.js").LanesView} view
 * @property {import("./announcer.js").Announcer} announcer
 * @property {(lane: Lane) => void} stop
 * @property {(lane: Lane) => void} openCode
 * @property {(lane: Lane) => void} goOn from its answer
 */

export class LaneActions {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    const { lanes, view } = bench;
    /** @type {Record<string, (lane: Lane) => void>} */
    this.ofLane = {
      stop: bench.stop,
      code: bench.openCode,
      continue: bench.goOn,
      "keep-seed": (lane) => lane.keepSeed(),
      "reset-settings": (lane) => lane.settings.reset(),
      "copy-to-all": (lane) => this.copyToAll(lane),
      duplicate: (lane) => this.added(lanes.duplicate(lane)),
      remove: (lane) => this.remove(lane),
      "move-left": (lane) => this.move(lane, -1),
      "move-right": (lane) => this.move(lane, 1),
      collapse: (lane) => this.fold(lane),
      open: (lane) => this.fold(lane),
      solo: (lane) => view.toggleSolo(lane),
    };
    /** @type {Record<string, () => void>} */
    this.ofAll = {
      "add-lane": () => this.added(lanes.add()),
      "put-back": () => this.added(lanes.putBack()),
      "differences-only": () => view.toggleDifferences(),
      "fewer-figures": () => view.toggleFigures(),
      "scroll-together": () => view.toggleScroll(),
    };
    /** The lane that was used last. @type {Lane|null} */
    this.used = null;
    lanes.root.addEventListener("focusin", (event) => { this.used = lanes.holding(/** @type {Element} */ (event.target)); });
  }

  /** The lane that a key acts on. */
  get current() {
    const { lanes, view } = this.bench;
    const used = this.used && lanes.all.includes(this.used) ? this.used : null;
    return used ?? view.solo ?? lanes.all[0];
  }

  /** @param {string} action @param {Lane|null} [lane] the current one, where a key was pressed @returns {boolean} whether there is such */
  act(action, lane = null) {
    const known = action in this.ofAll || action in this.ofLane;
    if (action in this.ofAll) this.ofAll[action]();
    else if (known) this.ofLane[action](lane ?? this.current);
    return known;
  }

  /** @param {Lane|null} lane */
  added(lane) {
    const { lanes, view, announcer } = this.bench;
    if (!lane) {
      announcer.say(`No more lanes: ${lanes.letters.length} are the most that one run may have.`);
      return;
    }
    view.reveal(lane);
    view.apply();
    lane.root.scrollIntoView({ block: "nearest", inline: "center" });
    lane.output.scroll.focus({ preventScroll: true });
    announcer.say(`Lane ${lane.letter} added: ${lanes.all.length} lanes.`);
  }

  /** @param {Lane} lane */
  remove(lane) {
    const { lanes, announcer, stop } = this.bench;
    const place = lanes.all.indexOf(lane);
    if (lane.isRunning) stop(lane);
    if (!lanes.remove(lane)) return;
    lanes.all[Math.min(place, lanes.all.length - 1)].output.scroll.focus({ preventScroll: true });
    announcer.say(`Lane ${lane.letter} removed: ${lanes.all.length} left.`);
  }

  /** @param {Lane} lane @param {number} by */
  move(lane, by) {
    const { lanes, announcer } = this.bench;
    if (!lanes.move(lane, by)) return;
    lane.root.scrollIntoView({ block: "nearest", inline: "center" });
    announcer.say(`Lane ${lane.letter} is number ${lanes.all.indexOf(lane) + 1} of ${lanes.all.length}.`);
  }

  /** @param {Lane} lane */
  fold(lane) {
    const { view } = this.bench;
    const { activeElement } = document;
    const within = lane.root.contains(activeElement);
    view.toggleCollapsed(lane);
    if (within) (view.isStrip(lane) ? lane.part("[data-action=open]") : lane.output.scroll).focus({ preventScroll: true });
  }

  /** Brings a setting into view, to be changed. @param {Lane} lane @param {string} name */
  edit(lane, name) {
    this.bench.view.reveal(lane, { settings: true });
    const control = lane.settings.controls.find((one) => one.name === name);
    control?.root.closest("details")?.setAttribute("open", "");
    control?.entry.focus();
  }

  /** @param {Lane} lane */
  copyToAll(lane) {
    const { lanes, announcer } = this.bench;
    for (const other of lanes) if (other !== lane) lane.settings.copyTo(other.settings);
    for (const other of lanes) if (other !== lane) other.preset.show(lane.preset.applied);
    announcer.say(`All lanes have the settings of lane ${lane.letter}.`);
  }
}
