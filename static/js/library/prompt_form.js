// @ts-check
/** The form of a prompt: messages come and go, and each variable in them has a field. */
import { ValueFields } from "./value_fields.js";
import { namesIn } from "./variables.js";

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const part = (selector) => /** @type {T} */ (document.querySelector(selector));

const list = part("[data-turns]");
const fields = new ValueFields(part("[data-values]"), part("[data-value-template]"), () => {});
fields.write(JSON.parse(part("#starting-values").textContent ?? "{}"));

const areas = () => /** @type {HTMLTextAreaElement[]} */ ([...list.querySelectorAll("textarea")]);

function refresh() {
  fields.show(namesIn(areas().map((area) => area.value).join("\n")));
}

list.addEventListener("input", refresh);
list.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-remove-turn]");
  if (!button) return;
  const gone = /** @type {HTMLElement} */ (button.closest("[data-turn]"));
  const next = /** @type {HTMLElement|null} */ (gone.nextElementSibling ?? gone.previousElementSibling);
  gone.remove();
  (next?.querySelector("textarea") ?? part("[data-add-turn]")).focus();
  refresh();
});

/** The other side answers: after a user's message comes an assistant's. */
part("[data-add-turn]").addEventListener("click", () => {
  const roles = /** @type {HTMLSelectElement[]} */ ([...list.querySelectorAll("select")]);
  const turn = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (part("[data-turn-template]")).content.cloneNode(true));
  /** @type {HTMLSelectElement} */ (turn.querySelector("select")).value = roles.at(-1)?.value === "user" ? "assistant" : "user";
  list.append(turn);
  areas().at(-1)?.focus();
});

refresh();
