// @ts-check
/** The form that a lane's answer is held to: an example to begin with, tidied, and checked as one types. */
import { post } from "./token_count.js";

const WAIT_MS = 300;
/** @type {Record<string, {placeholder: string, example: string}>} */
const KINDS = {
  json: {
    placeholder: '{"type": "object", "properties": {…}}',
    example: JSON.stringify({ type: "object", properties: { title: { type: "string", maxLength: 60 }, tags: { type: "array", items: { enum: ["fox", "lantern", "river"] }, maxItems: 3 } }, required: ["title", "tags"] }, null, 2),
  },
  regex: { placeholder: "[A-Z][a-z]{2,10}", example: "(yes|no), because [a-z ]{5,60}\\." },
  choice: { placeholder: "One answer a line", example: "yes\nno\nperhaps" },
  grammar: { placeholder: 'start: "yes" | "no"', example: 'start: greeting " " name\ngreeting: "Hello" | "Good evening"\nname: /[A-Z][a-z]{2,8}/' },
};

export class AnswerForms {
  /** @param {HTMLElement} page @param {string} address that checks a form */
  constructor(page, address) {
    this.page = page;
    this.address = address;
    /** @type {WeakMap<Element, number>} */
    this.timers = new WeakMap();
    page.addEventListener("input", (event) => this.changed(/** @type {Element} */ (event.target)));
    page.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    this.refresh();
  }

  /** Shows what each lane's kind of form allows. */
  refresh() {
    for (const lane of this.page.querySelectorAll("[data-lane]")) this.show(lane);
  }

  /** @param {Element} lane */
  parts(lane) {
    return {
      kind: /** @type {HTMLSelectElement|null} */ (lane.querySelector("[data-control=structure] [data-entry]")),
      text: /** @type {HTMLTextAreaElement|null} */ (lane.querySelector("[data-control=structure_text] [data-entry]")),
      tools: /** @type {HTMLElement|null} */ (lane.querySelector("[data-form-tools]")),
      state: /** @type {HTMLElement|null} */ (lane.querySelector("[data-form-state]")),
    };
  }

  /** @param {Element} lane */
  show(lane) {
    const { kind, text, tools } = this.parts(lane);
    if (!kind || !text || !tools) return;
    const known = KINDS[kind.value];
    tools.hidden = !known;
    text.placeholder = known?.placeholder ?? "";
    /** @type {HTMLElement} */ (tools.querySelector("[data-form-tidy]")).hidden = kind.value !== "json";
    /** @type {HTMLElement} */ (tools.querySelector("[data-form-example]")).hidden = text.value.trim() !== "";
    /** @type {HTMLElement} */ (text.closest("[data-control]")).toggleAttribute("data-idle", !known && !text.value.trim());
  }

  /** @param {Element} target */
  changed(target) {
    const lane = target.closest("[data-lane]");
    if (!lane || !target.closest("[data-control=structure], [data-control=structure_text]")) return;
    this.show(lane);
    clearTimeout(this.timers.get(lane));
    this.timers.set(lane, setTimeout(() => this.check(lane), WAIT_MS));
  }

  /** @param {Element} target */
  clicked(target) {
    const lane = target.closest("[data-lane]");
    if (!lane || !target.closest("[data-form-example], [data-form-tidy]")) return;
    const { kind, text } = this.parts(lane);
    if (!kind || !text) return;
    if (target.closest("[data-form-example]")) text.value = KINDS[kind.value]?.example ?? "";
    else text.value = tidied(text.value);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }

  /** @param {Element} lane */
  async check(lane) {
    const { kind, text, state } = this.parts(lane);
    if (!kind || !text || !state) return;
    if (!text.value.trim()) return say(state, "", false);
    const [asked, value] = [kind.value, text.value];
    const answer = await post(this.address, { kind: asked, text: value });
    if (kind.value !== asked || text.value !== value) return;
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!found) return say(state, "", false);
    text.setAttribute("aria-invalid", String(Boolean(found.problem)));
    say(state, found.problem || "The answer can be held to this.", Boolean(found.problem));
  }
}

/** @param {HTMLElement} state @param {string} words @param {boolean} bad */
function say(state, words, bad) {
  state.textContent = words;
  state.dataset.tone = bad ? "bad" : "good";
}

/** JSON with its lines broken; as it is where it is none yet. @param {string} text */
function tidied(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
