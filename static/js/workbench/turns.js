// @ts-check
/** The turns before the user's last message: added, inserted, moved, edited, removed, branched from. */

/** @typedef {import("./events.js").Message} Message */

export class Turns {
  /**
   * @param {HTMLElement} list @param {HTMLTemplateElement} template @param {() => void} onChange
   * @param {(index: number) => void} onBranch
   */
  constructor(list, template, onChange, onBranch) {
    this.list = list;
    this.template = template;
    this.onChange = onChange;
    this.onBranch = onBranch;
    list.addEventListener("input", onChange);
    list.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    list.addEventListener("keydown", (event) => this.pressed(event));
    this.number();
  }

  get items() {
    return /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("[data-turn]")]);
  }

  /** @returns {Message[]} */
  read() {
    return this.items.map((turn) => ({
      role: /** @type {Message["role"]} */ (this.roleOf(turn).value),
      content: this.textOf(turn).value,
    }));
  }

  /** @param {Message[]} messages */
  write(messages) {
    this.list.replaceChildren(...messages.map((message) => this.made(message)));
    this.number();
  }

  /** @param {Element} target */
  clicked(target) {
    const button = /** @type {HTMLElement|null} */ (target.closest("[data-turn-action]"));
    const turn = /** @type {HTMLElement|null} */ (button?.closest("[data-turn]") ?? null);
    if (!turn || !button || button.getAttribute("aria-disabled") === "true") return;
    const action = button.dataset.turnAction;
    if (action === "remove") this.remove(turn);
    else if (action === "up") this.move(turn, -1);
    else if (action === "down") this.move(turn, 1);
    else if (action === "insert") this.insert(turn);
    else if (action === "branch") this.onBranch(this.items.indexOf(turn));
  }

  /** Alt with an arrow moves the message that is being written. @param {KeyboardEvent} event */
  pressed(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const turn = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-turn]"));
    if (!step || !turn || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.move(turn, step);
  }

  /** A turn more, of the side whose turn it is. */
  add() {
    const last = this.read().at(-1);
    this.place(this.made({ role: last?.role === "user" ? "assistant" : "user", content: "" }), null);
  }

  /** A turn above this one, of the other side. @param {HTMLElement} below */
  insert(below) {
    const other = this.roleOf(below).value === "user" ? "assistant" : "user";
    this.place(this.made({ role: other, content: "" }), below);
  }

  /** @param {HTMLElement} turn @param {HTMLElement|null} before */
  place(turn, before) {
    this.list.insertBefore(turn, before);
    this.number();
    this.onChange();
    this.textOf(turn).focus();
  }

  /** @param {HTMLElement} turn @param {number} step */
  move(turn, step) {
    const other = this.items[this.items.indexOf(turn) + step];
    if (!other) return;
    this.list.insertBefore(turn, step < 0 ? other : other.nextSibling);
    this.number();
    this.onChange();
    this.textOf(turn).focus();
  }

  /** @param {Message} message */
  made({ role, content }) {
    const fragment = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const turn = /** @type {HTMLElement} */ (fragment.firstElementChild);
    this.roleOf(turn).value = role;
    this.textOf(turn).value = content;
    return turn;
  }

  /** @param {HTMLElement} turn */
  remove(turn) {
    turn.remove();
    this.number();
    this.onChange();
    /** @type {HTMLElement|null} */ (document.querySelector("#prompt"))?.focus();
  }

  /** Each is named by its place, where problems are shown. */
  number() {
    const { items } = this;
    items.forEach((turn, index) => {
      turn.dataset.field = `messages.turns.${index}`;
      this.roleOf(turn).setAttribute("aria-label", `Role of earlier message ${index + 1}`);
      this.textOf(turn).setAttribute("aria-label", `Earlier message ${index + 1}`);
      turn.querySelector("summary")?.setAttribute("aria-label", `More for earlier message ${index + 1}`);
      turn.querySelector("[data-turn-action=up]")?.setAttribute("aria-disabled", String(index === 0));
      turn.querySelector("[data-turn-action=down]")?.setAttribute("aria-disabled", String(index === items.length - 1));
    });
  }

  /** @param {HTMLElement} turn */
  roleOf(turn) {
    return /** @type {HTMLSelectElement} */ (turn.querySelector("select"));
  }

  /** @param {HTMLElement} turn */
  textOf(turn) {
    return /** @type {HTMLTextAreaElement} */ (turn.querySelector("textarea"));
  }
}
