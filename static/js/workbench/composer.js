// @ts-check
/** The messages to send: a system message, which may be empty, and the user's. */

export class Composer {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.system = /** @type {HTMLTextAreaElement} */ (root.querySelector("#system"));
    this.prompt = /** @type {HTMLTextAreaElement} */ (root.querySelector("#prompt"));
    this.onChange = onChange;
    for (const area of [this.system, this.prompt]) {
      area.addEventListener("input", () => this.changed());
    }
    root.addEventListener("click", (event) => {
      const chip = /** @type {HTMLElement} */ (event.target).closest("[data-example]");
      if (chip instanceof HTMLElement) this.use(chip.dataset.example ?? "");
    });
    this.fit();
  }

  /** @returns {import("./events.js").Message[]} */
  read() {
    /** @type {import("./events.js").Message[]} */
    const messages = this.system.value.trim() ? [{ role: "system", content: this.system.value }] : [];
    return [...messages, { role: "user", content: this.prompt.value }];
  }

  /** The `data-field` of the n-th message sent. @param {string} field “messages.1” */
  fieldOf(field) {
    const index = Number(field.split(".")[1]);
    return `messages.${this.read()[index]?.role ?? "user"}`;
  }

  /** @param {{system: string, prompt: string}} texts */
  write({ system, prompt }) {
    this.system.value = system;
    this.prompt.value = prompt;
    this.fit();
  }

  /** @param {string} example */
  use(example) {
    this.prompt.value = example;
    this.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.prompt.focus();
  }

  changed() {
    this.fit();
    this.onChange();
  }

  /** Grows with the text where the browser does not do that by itself. */
  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    for (const area of [this.system, this.prompt]) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight}px`;
    }
  }
}
