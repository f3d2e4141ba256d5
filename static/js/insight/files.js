// @ts-check
/** Every chart as a picture (PNG) and as figures (CSV). */
import { paint } from "./painting.js";

/** @param {HTMLElement} figure */
export function offerFiles(figure) {
  const place = figure.querySelector("[data-files]");
  if (!place) return;
  const title = figure.querySelector("h2, h3, h4")?.textContent?.trim() ?? "";
  place.append(button("PNG", title, () => savePicture(figure)));
  if (figure.querySelector("table")) place.append(button("CSV", title, () => saveFigures(figure)));
}

/** @param {string} words @param {string} title @param {() => void} action */
function button(words, title, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--small button--quiet";
  made.textContent = words;
  made.setAttribute("aria-label", `${title} as ${words}`);
  made.addEventListener("click", action);
  return made;
}

/** @param {HTMLElement} figure */
function savePicture(figure) {
  paint(figure).toBlob((blob) => blob && save(blob, `${figure.dataset.picture}.png`));
}

/** @param {HTMLElement} figure */
function saveFigures(figure) {
  const table = /** @type {HTMLTableElement} */ (figure.querySelector("table"));
  save(new Blob(["\ufeff", csvOf(table)], { type: "text/csv" }), `${figure.dataset.picture}.csv`);
}

/** @param {HTMLTableElement} table */
export function csvOf(table) {
  return [...table.rows].map((row) => [...row.cells].map((cell) => quoted(cell.textContent?.trim() ?? "")).join(",")).join("\r\n") + "\r\n";
}

/** A spreadsheet must not take a cell for a formula. @param {string} text */
function quoted(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
