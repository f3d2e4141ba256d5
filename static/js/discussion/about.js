// @ts-check
/** What the comment being written is about: the whole run, or a part of one answer. */
import { wordsOf } from "./lanes.js";

const NAMES = ["generation", "start", "end", "characters"];

/** @returns {HTMLFormElement|null} */
const formOf = () => document.querySelector("#comments > [data-comment-form]");

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {Record<string, string|number>|null} span null for the whole run */
export function setAbout(span) {
  const form = formOf();
  if (!form) return;
  for (const name of NAMES) field(form, name).value = span ? String(span[name]) : "";
  showAbout();
}

/** Shows it as the form's fields say; a form that came back from the server still knows. */
export function showAbout() {
  const form = formOf();
  const line = /** @type {HTMLElement|null|undefined} */ (form?.querySelector("[data-about]"));
  if (!form || !line) return;
  const [generation, start, end] = NAMES.map((name) => field(form, name).value);
  line.hidden = !generation;
  if (!generation) return;
  const found = wordsOf(generation, Number(start), Number(end));
  const text = found ? `Lane ${found.letter}: “${found.words}”` : "A part of an answer";
  /** @type {HTMLElement} */ (line.querySelector("[data-about-text]")).textContent = text;
}
