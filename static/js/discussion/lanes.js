// @ts-check
/** The answers on the page, and which of them the comments are about. */
import { isTerminal } from "../workbench/events.js";
import { codePointsBefore, cut, unitsBefore } from "./offsets.js";

/** @typedef {{generation: string, start: number, end: number, characters: number}} Span */

/** @param {number} position */
const laneAt = (position) => /** @type {HTMLElement|null} */ (document.querySelector(`[data-lane="${position}"]`));

/** @param {HTMLElement} lane */
const textOf = (lane) => /** @type {HTMLElement} */ (lane.querySelector("[data-text]"));

/** @param {HTMLElement} lane */
export const hasEnded = (lane) => isTerminal(/** @type {HTMLElement|null} */ (lane.querySelector("[data-pill]"))?.dataset.status ?? "");

/** The generation of each lane, by position, as the comments on the page say. @returns {Map<number, string>} */
export function generations() {
  const comments = /** @type {HTMLElement|null} */ (document.querySelector("#comments"));
  const pairs = (comments?.dataset.lanes ?? "").split(" ").filter(Boolean).map((pair) => pair.split(":"));
  return new Map(pairs.map(([position, generation]) => [Number(position), generation]));
}

/** What is selected of one ended answer. @returns {{lane: HTMLElement, range: Range, start: number, end: number, characters: number}|null} */
export function selected() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const within = range.commonAncestorContainer;
  const lane = /** @type {HTMLElement|null|undefined} */ ((within instanceof Element ? within : within.parentElement)?.closest("[data-lane]"));
  if (!lane || !hasEnded(lane)) return null;
  const target = textOf(lane);
  const inside = range.cloneRange();
  if (!range.intersectsNode(target)) return null;
  if (!target.contains(inside.startContainer)) inside.setStart(target, 0);
  if (!target.contains(inside.endContainer)) inside.setEnd(target, target.childNodes.length);
  const before = document.createRange();
  before.setStart(target, 0);
  before.setEnd(inside.startContainer, inside.startOffset);
  const text = target.textContent ?? "";
  const start = before.toString().length;
  const end = start + inside.toString().length;
  if (!inside.toString().trim()) return null;
  return {
    lane, range: inside, start: codePointsBefore(text, start), end: codePointsBefore(text, end),
    characters: codePointsBefore(text, text.length),
  };
}

/** The words of a span on the page, "" where its answer is not shown. @param {string} generation @param {number} start @param {number} end */
export function wordsOf(generation, start, end) {
  for (const [position, shown] of generations()) {
    const lane = shown === generation ? laneAt(position) : null;
    if (!lane) continue;
    const text = textOf(lane).textContent ?? "";
    return { letter: lane.dataset.letter ?? "", words: text.slice(unitsBefore(text, start), unitsBefore(text, end)) };
  }
  return null;
}

/** Marks what the comments on the page are about, in answers that have ended. */
export function drawMarks() {
  const shown = generations();
  const comments = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".comment[data-generation]")]);
  for (const lane of /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-lane]")])) {
    if (!hasEnded(lane)) continue;
    const generation = shown.get(Number(lane.dataset.lane));
    drawIn(textOf(lane), generation ? comments.filter((comment) => comment.dataset.generation === generation) : []);
  }
}

/** Texts that marks were drawn in: looking for them in one of many tokens takes a while. @type {WeakSet<HTMLElement>} */
const drawn = new WeakSet();

/** @param {HTMLElement} target @param {HTMLElement[]} comments */
function drawIn(target, comments) {
  if (!comments.length && !(drawn.has(target) && target.querySelector("mark"))) return;
  drawn.add(target);
  const text = target.textContent ?? "";
  const spans = comments.map(({ id, dataset }) => ({
    id, start: unitsBefore(text, Number(dataset.start)), end: unitsBefore(text, Number(dataset.end)),
  }));
  target.replaceChildren(...cut(text.length, spans).map(({ start, end, ids }) => {
    const words = document.createTextNode(text.slice(start, end));
    if (!ids.length) return words;
    const mark = document.createElement("mark");
    mark.dataset.marks = ids.join(" ");
    mark.append(words);
    return mark;
  }));
}

/** Brings the marked words of a comment into view. @param {string} id @returns {boolean} whether they are on the page */
export function showMark(id) {
  const marks = [...document.querySelectorAll("mark[data-marks]")].filter((mark) => /** @type {HTMLElement} */ (mark).dataset.marks?.split(" ").includes(id));
  for (const mark of document.querySelectorAll(".mark--wanted")) mark.classList.remove("mark--wanted");
  marks.forEach((mark) => mark.classList.add("mark--wanted"));
  marks[0]?.dispatchEvent(new Event("show-text", { bubbles: true }));
  marks[0]?.scrollIntoView({ block: "center" });
  return marks.length > 0;
}
