// @ts-check
/** A field for each variable that a text has: they come and go with the text, and keep what was typed. */

export class ValueFields {
  /** @param {HTMLElement} root holds `[data-values-list]`; hidden while there are no variables
   *  @param {HTMLTemplateElement} template @param {() => void} onChange */
  constructor(root, template, onChange) {
    this.root = root;
    this.list = /** @type {HTMLElement} */ (root.querySelector("[data-values-list]"));
    this.template = template;
    /** Also of names that are gone from the text for now. @type {Record<string, string>} */
    this.values = {};
    /** @type {string[]} */
    this.names = [];
    root.addEventListener("input", (event) => {
      const field = /** @type {HTMLTextAreaElement} */ (event.target);
      this.values[field.name.replace(/^value-/, "")] = field.value;
      onChange();
    });
  }

  /** @param {string[]} names */
  show(names) {
    this.root.hidden = names.length === 0;
    if (names.join() === this.names.join()) return;
    this.names = names;
    const old = new Map([...this.list.children].map((field) => [/** @type {HTMLElement} */ (field).dataset.value, field]));
    this.list.replaceChildren(...names.map((name) => old.get(name) ?? this.field(name)));
  }

  /** @param {Record<string, string>} values */
  write(values) {
    this.values = { ...values };
    this.names = [];
    this.list.replaceChildren();
  }

  /** What to fill in: an empty field fills in nothing, so the name goes too. @returns {Record<string, string>} */
  read() {
    return Object.fromEntries(this.names.map((name) => [name, this.values[name] ?? ""]));
  }

  /** @param {string} name */
  field(name) {
    const fragment = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const label = /** @type {HTMLElement} */ (fragment.firstElementChild);
    const text = /** @type {HTMLTextAreaElement} */ (label.querySelector("textarea"));
    label.dataset.value = name;
    /** @type {HTMLElement} */ (label.querySelector("[data-name]")).textContent = name;
    text.name = `value-${name}`;
    text.value = this.values[name] ?? "";
    return label;
  }
}
