// @ts-check
/** The turns before the user's last message: added, removed, edited. */

/** @typedef {import("./events.js").Message} Message */

export class Turns {
  /** @param {HTMLElement} list @param {HTMLTemplateElement} template @param {() => void} onChange */
  constructor(list, template, onChange) {
    this.list = list;
    this.template = template;
    this.onChange = onChange;
    list.addEventListener("input", onChange);
    list.addEventListener("click", (event) => {
      const turn = /** @type {Element} */ (event.target).closest("[data-remove-turn]")?.closest("[data-turn]");
      if (turn) this.remove(/** @type {HTMLElement} */ (turn));
    });
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
    this.list.replaceChildren();
    for (const message of messages) this.append(message);
    this.number();
  }

  /** A turn more, of the side whose turn it is. */
  add() {
    const last = this.read().at(-1);
    this.append({ role: last?.role === "user" ? "assistant" : "user", content: "" });
    this.number();
    this.onChange();
    const added = this.items.at(-1);
    if (added) this.textOf(added).focus();
  }

  /** @param {Message} message */
  append({ role, content }) {
    const fragment = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const turn = /** @type {HTMLElement} */ (fragment.firstElementChild);
    this.roleOf(turn).value = role;
    this.textOf(turn).value = content;
    this.list.append(turn);
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
    this.items.forEach((turn, index) => {
      turn.dataset.field = `messages.turns.${index}`;
      this.roleOf(turn).setAttribute("aria-label", `Role of earlier message ${index + 1}`);
      this.textOf(turn).setAttribute("aria-label", `Earlier message ${index + 1}`);
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
