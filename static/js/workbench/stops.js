// @ts-check
/** A list of strings, stop strings for one: typed, then Enter; shown as tags that can be taken away. */

const ESCAPES = { "\\n": "\n", "\\t": "\t", "\\\\": "\\" };

/** @param {string} typed */
export const unescaped = (typed) => typed.replace(/\\[nt\\]/g, (code) => ESCAPES[/** @type {keyof typeof ESCAPES} */ (code)]);

/** @param {string} text */
export const visible = (text) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");

export class StopStrings {
  /** @param {HTMLElement} control @param {() => void} onChange */
  constructor(control, onChange) {
    this.list = /** @type {HTMLElement} */ (control.querySelector("[data-tags-list]"));
    this.entry = /** @type {HTMLInputElement} */ (control.querySelector("[data-entry]"));
    this.template = /** @type {HTMLTemplateElement} */ (control.querySelector("[data-tag-template]"));
    this.label = control.dataset.label ?? "";
    this.onChange = onChange;
    const stored = /** @type {HTMLInputElement[]} */ ([...control.querySelectorAll("[data-tag]")]);
    /** @type {string[]} */
    this.values = stored.map((input) => input.value);
    this.draw();
    this.entry.addEventListener("keydown", (event) => this.typed(event));
    this.entry.addEventListener("blur", () => this.take());
  }

  /** @param {KeyboardEvent} event */
  typed(event) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.take();
    } else if (event.key === "Backspace" && !this.entry.value && this.values.length) {
      this.set(this.values.slice(0, -1));
    }
  }

  /** Makes what is typed a tag; a string already there is not repeated. */
  take() {
    const text = unescaped(this.entry.value);
    this.entry.value = "";
    if (text && !this.values.includes(text)) this.set([...this.values, text]);
  }

  /** @param {string[]} values */
  set(values) {
    this.show(values);
    this.onChange();
  }

  /** @param {string[]} values */
  show(values) {
    this.values = values;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.values.map((value) => this.tag(value)));
  }

  /** @param {string} value */
  tag(value) {
    const item = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const text = /** @type {HTMLElement} */ (item.querySelector("[data-tag-text]"));
    const remove = /** @type {HTMLElement} */ (item.querySelector("button"));
    text.textContent = visible(value);
    remove.setAttribute("aria-label", `Remove ${visible(value)} from ${this.label}`);
    remove.addEventListener("click", () => {
      this.set(this.values.filter((other) => other !== value));
      this.entry.focus();
    });
    return item;
  }
}
