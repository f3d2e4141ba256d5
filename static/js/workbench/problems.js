// @ts-check
/** Says what is wrong beside the thing that is wrong, and takes it back when that is changed. */

export class Problems {
  /** @param {HTMLElement} page */
  constructor(page) {
    this.page = page;
    page.addEventListener("input", (event) => {
      const field = /** @type {HTMLElement} */ (event.target).closest("[data-field]");
      if (field) this.clear(/** @type {HTMLElement} */ (field));
      this.clear(this.general);
    });
  }

  get general() {
    return /** @type {HTMLElement} */ (this.page.querySelector('[data-field="run"]'));
  }

  /**
   * @param {string|null} field a `data-field`, or null for what concerns the whole run
   * @param {string} message @param {{focus?: boolean}} [options]
   */
  show(field, message, { focus = false } = {}) {
    const slots = /** @type {HTMLElement[]} */ ([...this.page.querySelectorAll("[data-field]")]);
    const slot = slots.find((item) => item.dataset.field === field && !(item instanceof HTMLSelectElement)) ?? this.general;
    this.clear(slot);
    slot.hidden = false;
    slot.closest("details")?.setAttribute("open", "");
    const note = document.createElement("p");
    note.className = "field-error";
    note.id = `problem-${(field ?? "run").replaceAll(".", "-")}`;
    note.setAttribute("role", "alert");
    note.textContent = message;
    (slot.querySelector("[data-note-place]") ?? slot).append(note);
    const entry = this.entry(slot);
    entry?.setAttribute("aria-invalid", "true");
    entry?.setAttribute("aria-describedby", note.id);
    if (focus) (entry ?? slot).focus();
    if (focus) slot.scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLElement} slot */
  entry(slot) {
    return /** @type {HTMLElement|null} */ (slot.querySelector("[data-entry], textarea"));
  }

  /** @param {HTMLElement} slot */
  clear(slot) {
    slot.querySelector(".field-error")?.remove();
    const entry = this.entry(slot);
    entry?.removeAttribute("aria-invalid");
    entry?.removeAttribute("aria-describedby");
    if (slot.dataset.field === "run" || "errorSlot" in slot.dataset) slot.hidden = true;
  }

  clearAll() {
    for (const note of this.page.querySelectorAll("[data-field] .field-error")) {
      this.clear(/** @type {HTMLElement} */ (note.closest("[data-field]")));
    }
  }
}
