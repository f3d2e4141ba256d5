// @ts-check
/** Completes `@…` with a teammate while a comment is written: arrows, Enter or Tab, Esc. */

const TYPED = /(?:^|[^\w@.+-])@([\w.+-]{0,60})$/;
const WAIT_MS = 120;

/** @typedef {{handle: string, name: string, blind: boolean}} Person */

/** @param {HTMLTextAreaElement} field */
export class Mentions {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.list = /** @type {HTMLElement} */ (field.parentElement?.querySelector("[data-mentions-list]"));
    this.url = /** @type {HTMLElement|null} */ (field.closest("[data-mentions]"))?.dataset.mentions ?? "";
    /** @type {Person[]} */
    this.people = [];
    this.chosen = 0;
    this.timer = 0;
    this.asked = "";
    this.list.id ||= `${field.id}-mentions`;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    this.list.addEventListener("mousedown", (event) => {
      const item = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-index]"));
      if (!item) return;
      event.preventDefault();
      this.take(Number(item.dataset.index));
    });
  }

  /** What follows the @ before the cursor; null without one. */
  get query() {
    const match = TYPED.exec(this.field.value.slice(0, this.field.selectionStart));
    return match ? match[1] : null;
  }

  typed() {
    clearTimeout(this.timer);
    const query = this.query;
    if (query === null || !this.url) this.hide();
    else this.timer = setTimeout(() => this.ask(query), WAIT_MS);
  }

  /** @param {string} query */
  async ask(query) {
    this.asked = query;
    const answer = await fetch(`${this.url}?${new URLSearchParams({ q: query })}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || this.asked !== query || this.query !== query) return;
    this.show(/** @type {{people: Person[]}} */ (await answer.json()).people);
  }

  /** @param {Person[]} people */
  show(people) {
    this.people = people;
    this.list.replaceChildren(...people.map((person, index) => this.item(person, index)));
    this.list.hidden = people.length === 0;
    this.field.setAttribute("aria-expanded", String(people.length > 0));
    this.choose(0);
  }

  /** @param {Person} person @param {number} index */
  item({ handle, name, blind }, index) {
    const item = Object.assign(document.createElement("li"), { className: "mentions__item", id: `${this.list.id}-${index}` });
    item.setAttribute("role", "option");
    item.dataset.index = String(index);
    const note = blind ? `@${handle} · cannot see this private run` : `@${handle}`;
    item.append(
      Object.assign(document.createElement("span"), { className: "mentions__name", textContent: name }),
      Object.assign(document.createElement("span"), { className: "mentions__note", textContent: note }),
    );
    return item;
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = this.people.length ? (index + this.people.length) % this.people.length : 0;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === this.chosen)));
    const id = this.list.children[this.chosen]?.id;
    if (id) this.field.setAttribute("aria-activedescendant", id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (this.list.hidden || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.choose(this.chosen + 1), ArrowUp: () => this.choose(this.chosen - 1),
      Enter: () => this.take(this.chosen), Tab: () => this.take(this.chosen), Escape: () => this.hide(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  /** @param {number} index */
  take(index) {
    const person = this.people[index];
    const query = this.query;
    if (!person || query === null) return;
    const at = this.field.selectionStart;
    this.field.setRangeText(`${person.handle} `, at - query.length, at, "end");
    this.hide();
  }

  hide() {
    clearTimeout(this.timer);
    this.asked = "";
    this.show([]);
  }
}
