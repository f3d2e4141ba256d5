// @ts-check
/** The form of a preset: a lane's controls by themselves, sent as JSON. */
import { LaneSettings } from "../workbench/settings.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("#preset-form"));
const json = /** @type {HTMLInputElement} */ (form.querySelector("[data-settings-json]"));
const settings = new LaneSettings(/** @type {HTMLElement} */ (form.querySelector("[data-lane]")), keep);

function keep() {
  json.value = JSON.stringify(settings.read());
}

form.addEventListener("submit", (event) => {
  for (const note of form.querySelectorAll("[data-problem]")) note.remove();
  const [problem] = settings.problems();
  if (!problem) return keep();
  event.preventDefault();
  const control = settings.controls.find(({ root }) => root.dataset.field === problem.field);
  const note = Object.assign(document.createElement("p"), { className: "field-error", textContent: problem.message });
  note.dataset.problem = "";
  note.setAttribute("role", "alert");
  control?.root.append(note);
  control?.entry.focus();
});
