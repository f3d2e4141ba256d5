// @ts-check
/** Beside the lanes: their letters to jump to, with where each stands, and what concerns them all. */

/** @typedef {import("./lane.js").Lane} Lane */

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

export class LanesBar {
  /** @param {import("./lanes.js").Lanes} lanes @param {import("./lanes_view.js").LanesView} view */
  constructor(lanes, view) {
    this.lanes = lanes;
    this.view = view;
    this.letters = part("#lane-letters");
    this.putBack = part("[data-action=put-back]");
    this.limit = part("[data-lanes-limit]");
    /** @type {Element|null} */
    this.current = null;
    /** The positions that the letters stand for now. */
    this.order = "";
    this.letters.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    this.seen = new IntersectionObserver((entries) => this.noticed(entries), { root: lanes.root, threshold: 0.6 });
    for (const lane of lanes) this.seen.observe(lane.root);
  }

  /** The lane that fills the row on a phone. */
  get currentLane() {
    return (this.current && this.lanes.holding(this.current)) ?? this.lanes.all[0];
  }

  /** @param {Element} target */
  clicked(target) {
    const key = /** @type {HTMLElement|null} */ (target.closest("[data-jump]"));
    const lane = this.lanes.all.find(({ position }) => String(position) === key?.dataset.jump);
    if (lane) this.jump(lane);
  }

  /** @param {Lane} lane */
  jump(lane) {
    this.view.reveal(lane);
    lane.root.scrollIntoView({ block: "nearest", inline: "center" });
    lane.output.scroll.focus({ preventScroll: true });
  }

  update() {
    const { all, isFull, removed } = this.lanes;
    this.updateKeys(all);
    const last = isFull ? undefined : removed.at(-1);
    this.putBack.hidden = !last;
    if (last) this.putBack.textContent = `Put back lane ${last.letter}`;
    this.limit.hidden = !isFull;
    part("#lanes-bar [data-action=add-lane]").setAttribute("aria-disabled", String(isFull));
    this.press("differences-only", this.view.differencesOnly, all.length < 2);
    this.press("fewer-figures", this.view.fewerFigures, all.length < 3 && !this.view.fewerFigures);
    this.press("scroll-together", this.view.scrollsTogether, all.length < 2);
  }

  /** @param {Lane[]} lanes */
  updateKeys(lanes) {
    const order = lanes.map(({ position }) => position).join();
    if (order !== this.order) {
      this.letters.replaceChildren(...lanes.map((lane) => this.key(lane)));
      this.letters.dataset.count = String(lanes.length);
    }
    this.order = order;
    lanes.forEach((lane, index) => this.showStanding(/** @type {HTMLElement} */ (this.letters.children[index]), lane));
  }

  /** @param {HTMLElement} key @param {Lane} lane */
  showStanding(key, { letter, standing }) {
    const words = `Lane ${letter}: ${standing.words}`;
    if (key.getAttribute("aria-label") === words) return;
    key.setAttribute("aria-label", words);
    /** @type {HTMLElement} */ (key.lastElementChild).dataset.status = standing.status;
  }

  /** @param {string} action @param {boolean} pressed @param {boolean} hidden */
  press(action, pressed, hidden) {
    const button = part(`#lanes-bar [data-action=${action}]`);
    button.setAttribute("aria-pressed", String(pressed));
    button.hidden = hidden;
  }

  /** @param {Lane} lane */
  key(lane) {
    const key = Object.assign(document.createElement("button"), { type: "button", className: `lane-key lane--${lane.letter.toLowerCase()}` });
    const status = Object.assign(document.createElement("span"), { className: "pill lane-key__status" });
    key.dataset.jump = String(lane.position);
    key.setAttribute("aria-current", String(lane.root === this.current));
    key.append(lane.letter, status);
    return key;
  }

  /** The lane that fills the row, where it is swiped. @param {IntersectionObserverEntry[]} entries */
  noticed(entries) {
    const shown = entries.filter(({ isIntersecting }) => isIntersecting).at(-1);
    if (!shown) return;
    this.current = shown.target;
    for (const key of /** @type {NodeListOf<HTMLElement>} */ (this.letters.querySelectorAll("[data-jump]"))) {
      key.setAttribute("aria-current", String(this.lanes.holding(shown.target)?.position === Number(key.dataset.jump)));
    }
  }
}
