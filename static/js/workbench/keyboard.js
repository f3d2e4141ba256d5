// @ts-check
/** The page's shortcuts. Single letters do nothing while something is being typed. */

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** @param {EventTarget|null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "range";
  return target.matches("textarea, select") || target.isContentEditable;
}

/** Shows the modifier key that this machine has. */
function nameModifier() {
  if (!MAC) return;
  for (const key of document.querySelectorAll("[data-modifier-key]")) key.textContent = "⌘";
  for (const key of document.querySelectorAll("[data-modifier]")) key.textContent = "⌘ ↵";
}

/** @param {string} direction “-1” or “1” among the session's runs */
function openRun(direction) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".runs__link")]);
  const now = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[now + Number(direction)]?.click();
}

/** @param {{run: () => void, again: () => void, stopAll: () => void}} actions */
export function keyboard(actions) {
  const sheet = /** @type {HTMLDialogElement} */ (document.querySelector("#shortcuts"));
  /** @param {string} selector */
  const focus = (selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector))?.focus();
  /** @type {Record<string, () => void>} */
  const letters = {
    "?": () => sheet.showModal(),
    "/": () => focus("#history-search"),
    p: () => focus("#prompt"),
    a: () => focus("#lane-0 [data-scroll]"),
    b: () => focus("#lane-1 [data-scroll]"),
    n: () => /** @type {HTMLElement|null} */ (document.querySelector(".history__new"))?.click(),
    "[": () => openRun("-1"),
    "]": () => openRun("1"),
  };
  nameModifier();
  document.addEventListener("click", (event) => {
    const wanted = /** @type {HTMLElement} */ (event.target).closest("[data-sheet]");
    if (!(wanted instanceof HTMLElement)) return;
    if (wanted.dataset.sheet === "open") sheet.showModal();
    else sheet.close();
  });
  document.addEventListener("keydown", (event) => {
    if (sheet.open || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.shiftKey) actions.again();
      else actions.run();
    } else if (event.key === "Escape") {
      actions.stopAll();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && letters[event.key]) {
      event.preventDefault();
      letters[event.key]();
    }
  });
}
