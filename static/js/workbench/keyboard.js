// @ts-check
/** The page's shortcuts. Single letters do nothing while something is being typed. */

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** What a key does with the lane that was used last, or with all. @type {Record<string, string>} */
const LANE_KEYS = {
  "+": "add-lane", "Shift+D": "duplicate", "Shift+X": "remove", "Shift+C": "collapse", "Shift+S": "solo",
  "Shift+ArrowLeft": "move-left", "Shift+ArrowRight": "move-right", "Shift+A": "copy-to-all",
  "Shift+U": "put-back", "Shift+V": "differences-only", "Shift+F": "fewer-figures", "Shift+Y": "scroll-together",
};

/** @param {EventTarget|null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "range";
  return target.matches("textarea, select") || target.isContentEditable;
}

/** Whether the key moves a slider. @param {KeyboardEvent} event */
const slides = ({ key, target }) => key.startsWith("Arrow") && target instanceof HTMLInputElement;

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

/** The key as the sheet names it: “a”, “Shift+D”, “?”; small letters where only Caps Lock is on. @param {KeyboardEvent} event */
function named({ key, shiftKey }) {
  if (!/^([a-z]|Arrow.*)$/i.test(key)) return key;
  return shiftKey ? `Shift+${key.length === 1 ? key.toUpperCase() : key}` : key.length === 1 ? key.toLowerCase() : key;
}

/**
 * @param {{run: () => void, again: () => void, stopAll: () => void}} actions
 * @param {import("./lanes_actions.js").LaneActions} laneActions @param {import("./lanes_bar.js").LanesBar} bar
 */
export function keyboard(actions, laneActions, bar) {
  const sheet = /** @type {HTMLDialogElement} */ (document.querySelector("#shortcuts"));
  /** @param {string} selector */
  const focus = (selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector))?.focus();
  /** @type {Record<string, () => void>} */
  const letters = {
    "?": () => sheet.showModal(),
    "/": () => focus("#history-search"),
    p: () => focus("#prompt"),
    n: () => /** @type {HTMLElement|null} */ (document.querySelector(".history__new"))?.click(),
    "[": () => openRun("-1"),
    "]": () => openRun("1"),
  };
  /** @param {string} key @returns {(() => void)|undefined} */
  const meant = (key) => {
    const lane = bar.lanes.all.find(({ letter }) => letter.toLowerCase() === key);
    if (lane) return () => bar.jump(lane);
    return key in LANE_KEYS ? () => laneActions.act(LANE_KEYS[key]) : letters[key];
  };
  nameModifier();
  document.addEventListener("click", (event) => {
    const wanted = /** @type {HTMLElement} */ (event.target).closest("[data-sheet]");
    if (!(wanted instanceof HTMLElement)) return;
    if (wanted.dataset.sheet === "open") sheet.showModal();
    else sheet.close();
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (event.shiftKey) actions.again();
      else actions.run();
    } else if (event.key === "Escape") {
      actions.stopAll();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && !slides(event)) {
      const act = meant(named(event));
      if (act) event.preventDefault();
      act?.();
    }
  });
}
