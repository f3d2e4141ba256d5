// @ts-check
/** The values of the prompt's variables: a table with a row for each case, which every lane runs. */
import { MAX_CASES, casesOf, parseRows } from "./cases_rows.js";

/** @typedef {Record<string, string>} Values */

export class CaseTable {
  /** @param {HTMLElement} root @param {() => void} onChange */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.head = this.part("[data-case-names]");
    this.body = this.part("[data-case-rows]");
    this.template = /** @type {HTMLTemplateElement} */ (root.querySelector("[data-case-template]"));
    this.dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#paste-cases"));
    this.pasted = /** @type {HTMLTextAreaElement} */ (this.dialog.querySelector("textarea"));
    /** Also of names that are gone from the text for now. @type {Values[]} */
    this.rows = [{}];
    /** @type {string[]} */
    this.names = [];
    root.addEventListener("input", (event) => this.typed(/** @type {HTMLTextAreaElement} */ (event.target)));
    root.addEventListener("paste", (event) => this.pasteInto(event));
    root.addEventListener("click", (event) => this.clicked(/** @type {Element} */ (event.target)));
    this.dialog.querySelector("[data-take-rows]")?.addEventListener("click", () => this.take());
    this.dialog.querySelector("[data-dialog=close]")?.addEventListener("click", () => this.dialog.close());
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** The text has these variables now. @param {string[]} names */
  show(names) {
    this.root.hidden = names.length === 0;
    if (names.join() === this.names.join()) return;
    this.names = names;
    this.draw();
  }

  /** @param {Values[]} rows */
  write(rows) {
    this.rows = rows.length ? rows.map((row) => ({ ...row })) : [{}];
    this.draw();
  }

  /** What fills in: an empty value fills in nothing, so the name goes too. @returns {Values[]} */
  read() {
    return this.rows.map((row) => Object.fromEntries(this.names.map((name) => [name, row[name] ?? ""])));
  }

  /** Whether nothing at all was given. */
  get isBlank() {
    return this.rows.every((row) => this.names.every((name) => !row[name]));
  }

  /** @param {string} words */
  say(words) {
    this.part("[data-cases-words]").textContent = words;
  }

  // --- drawing -----------------------------------------------------------------------------------

  draw() {
    this.head.replaceChildren(headCell("", "Case"), ...this.names.map((name) => headCell("cases__name", name)), headCell("", ""));
    this.body.replaceChildren(...this.rows.map((row, index) => this.row(row, index)));
    const add = this.part("[data-add-case]");
    const full = this.rows.length >= MAX_CASES;
    add.setAttribute("aria-disabled", String(full));
    if (full) add.dataset.tip = `A run has at most ${MAX_CASES} cases.`;
    else delete add.dataset.tip;
  }

  /** @param {Values} row @param {number} index */
  row(row, index) {
    const line = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (this.template.content.cloneNode(true)).firstElementChild);
    line.dataset.case = String(index);
    line.dataset.field = `cases.${index}`;
    /** @type {HTMLElement} */ (line.querySelector("[data-case-number]")).textContent = String(index + 1);
    const remove = /** @type {HTMLElement} */ (line.querySelector("[data-remove-case]"));
    remove.setAttribute("aria-label", `Remove case ${index + 1}`);
    remove.hidden = this.rows.length === 1;
    const place = /** @type {HTMLElement} */ (line.lastElementChild);
    for (const name of this.names) place.before(this.cell(row[name] ?? "", name, index));
    line.children[1]?.setAttribute("data-note-place", "");
    return line;
  }

  /** @param {string} value @param {string} name @param {number} index */
  cell(value, name, index) {
    const text = Object.assign(document.createElement("textarea"), { className: "cases__value", rows: 1, value, name: `value-${name}` });
    text.setAttribute("aria-label", `${name}, case ${index + 1}`);
    const cell = document.createElement("td");
    cell.append(text);
    return cell;
  }

  // --- changing ----------------------------------------------------------------------------------

  /** @param {HTMLTextAreaElement} area */
  typed(area) {
    const index = Number(/** @type {HTMLElement} */ (area.closest("[data-case]")).dataset.case);
    this.rows[index][area.name.replace(/^value-/, "")] = area.value;
    this.onChange();
  }

  /** @param {Element} target */
  clicked(target) {
    const removed = /** @type {HTMLElement|null} */ (target.closest("[data-remove-case]")?.closest("[data-case]") ?? null);
    if (removed) this.remove(Number(removed.dataset.case));
    else if (target.closest("[data-add-case]")) this.add();
    else if (target.closest("[data-paste-cases]")) this.askForRows();
  }

  add() {
    if (this.rows.length >= MAX_CASES) return;
    this.rows.push({});
    this.draw();
    this.onChange();
    this.focus(this.rows.length - 1);
  }

  /** @param {number} index */
  remove(index) {
    this.rows.splice(index, 1);
    this.write(this.rows);
    this.onChange();
    this.focus(Math.min(index, this.rows.length - 1));
  }

  /** @param {number} index */
  focus(index) {
    this.body.children[index]?.querySelector("textarea")?.focus();
  }

  askForRows() {
    /** @type {HTMLElement} */ (this.dialog.querySelector("[data-row-names]")).textContent = this.names.join(", ");
    this.complain("");
    this.pasted.value = "";
    this.dialog.showModal();
  }

  /** The rows in the dialog take the place of the cases. */
  take() {
    const { cases, problem } = casesOf(parseRows(this.pasted.value), this.names);
    this.complain(problem);
    if (problem) return;
    this.dialog.close();
    this.replace(cases);
  }

  /** @param {string} problem */
  complain(problem) {
    const line = /** @type {HTMLElement} */ (this.dialog.querySelector("[data-row-problem]"));
    line.textContent = problem;
    line.hidden = !problem;
    this.pasted.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  /** @param {Values[]} cases */
  replace(cases) {
    this.write(cases);
    this.onChange();
    this.focus(0);
  }

  /** Cells of a spreadsheet, pasted into a field, are rows of the table. @param {ClipboardEvent} event */
  pasteInto(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.includes("\t")) return;
    const { cases, problem } = casesOf(parseRows(text), this.names);
    if (problem) return;
    event.preventDefault();
    const at = Number(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("[data-case]")).dataset.case);
    this.replace([...this.rows.slice(0, at), ...cases].slice(0, MAX_CASES));
  }
}

/** @param {string} className @param {string} text */
function headCell(className, text) {
  const cell = Object.assign(document.createElement("th"), { className, textContent: text, scope: "col" });
  if (!text) cell.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: "Remove" }));
  return cell;
}
