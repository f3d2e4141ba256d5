// @ts-check
/** Talking about a run: the drawer, the marks in the answers, and the comment being written. */
import { setAbout, showAbout } from "./about.js";
import { Drawer } from "./drawer.js";
import { drawMarks, generations, selected, showMark } from "./lanes.js";
import { Mentions } from "./mentions.js";

const root = /** @type {HTMLElement|null} */ (document.querySelector("#discussion"));
const offer = /** @type {HTMLElement|null} */ (document.querySelector("#discussion-offer"));
const drawer = root ? new Drawer(root) : null;
/** Fields that complete mentions already. @type {WeakSet<Element>} */
const completing = new WeakSet();
/** @type {ReturnType<typeof selected>} */
let wanted = null;

/** The comments have come, or come back: bind what is in them. */
function bind() {
  for (const field of document.querySelectorAll("[data-mentions-field]")) {
    if (!completing.has(field)) new Mentions(/** @type {HTMLTextAreaElement} */ (field));
    completing.add(field);
  }
  showAbout();
  if (drawer) drawMarks();
}

/** @param {string} hash `#comment-12` */
async function showComment(hash) {
  const id = /^#comment-(\d+)$/.exec(hash)?.[1];
  if (!id) return;
  await drawer?.open(id);
  const comment = document.querySelector(`#comment-${id}`);
  for (const other of document.querySelectorAll(".comment--wanted")) other.classList.remove("comment--wanted");
  comment?.classList.add("comment--wanted");
  comment?.scrollIntoView({ block: "center" });
  showMark(`comment-${id}`);
}

// --- a part of an answer ---------------------------------------------------------------------------

function showOffer() {
  wanted = document.querySelector("a[data-may-comment]") ? selected() : null;
  if (!offer) return;
  offer.hidden = !wanted;
  if (!wanted) return;
  const at = wanted.range.getBoundingClientRect();
  const box = /** @type {HTMLElement} */ (wanted.lane.querySelector("[data-scroll]")).getBoundingClientRect();
  const top = Math.min(Math.max(at.bottom + 6, box.top + 6), Math.min(box.bottom, innerHeight) - 34);
  offer.style.top = `${top}px`;
  offer.style.left = `${Math.min(Math.max(at.left, 8), innerWidth - offer.offsetWidth - 8)}px`;
}

async function commentOnSelection() {
  const span = wanted;
  if (!span || !drawer) return;
  if (offer) offer.hidden = true;
  await drawer.open();
  const generation = generations().get(Number(span.lane.dataset.lane));
  if (generation) setAbout({ generation, start: span.start, end: span.end, characters: span.characters });
  drawer.focus();
}

/** Something was selected, or may be commented on from now. */
function renewOffer() {
  if (offer && !offer.matches(":hover, :focus")) showOffer();
}

document.addEventListener("selectionchange", renewOffer);
document.addEventListener("scroll", () => { if (offer && !offer.hidden) showOffer(); }, { capture: true, passive: true });
offer?.addEventListener("mousedown", (event) => event.preventDefault());
offer?.addEventListener("click", commentOnSelection);

// --- the page ------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const mark = /** @type {HTMLElement|null} */ (target.closest("mark[data-marks]"));
  if (mark && getSelection()?.isCollapsed !== false) showComment(`#${mark.dataset.marks?.split(" ")[0]}`);
  const span = /** @type {HTMLElement|null} */ (target.closest("[data-show-span]"));
  if (span && !showMark(span.dataset.showSpan ?? "")) {
    const link = /** @type {HTMLAnchorElement|null} */ (span.closest(".comment")?.querySelector(".comment__when"));
    if (!drawer && link) location.href = link.href;
  }
  if (target.closest("[data-about-clear]")) setAbout(null);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = /** @type {Element} */ (event.target).closest("[data-comment-form]");
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.requestSubmit();
}, { capture: true });

document.addEventListener("htmx:afterSettle", (event) => {
  const target = /** @type {Element|null} */ (event.target);
  bind();
  if (target?.id !== "heading") return;
  drawer?.prepare();
  renewOffer();
});
addEventListener("hashchange", () => showComment(location.hash));

const statuses = new MutationObserver(() => drawMarks());
const lanes = document.querySelector(".lanes");
if (lanes) statuses.observe(lanes, { attributeFilter: ["data-status"], subtree: true });

bind();
if (drawer) (location.hash.startsWith("#comment-") ? showComment(location.hash) : drawer.prepare());
