// @ts-check
/** What a lane is called wherever its markup names it: ids, fields, labels, tips and its letter. */

const NAMING = ["id", "for", "class", "data-field", "data-part", "data-tip", "aria-label", "aria-labelledby", "aria-describedby", "aria-controls"];
const NAMED = [...NAMING.map((name) => `[${name}]`), ".visually-hidden"].join(",");
const BY_PLACE = /\b(lane-|lanes\.|lanes-|presets-)\d+/g;
const BY_LETTER = /\b([Ll]ane )[A-H]\b/g;
const BY_CLASS = /\blane--[a-h]\b/g;

/**
 * Gives a lane another place's name.
 *
 * @param {HTMLElement} root @param {number} position @param {string} letter
 */
export function rename(root, position, letter) {
  root.dataset.lane = String(position);
  root.dataset.letter = letter;
  for (const element of [root, ...root.querySelectorAll(NAMED)]) {
    for (const name of NAMING) renameAttribute(element, name, position, letter);
    if (element.matches(".visually-hidden")) renameWords(element, letter);
  }
  const heading = root.querySelector(".lane__letter");
  if (heading?.lastChild) heading.lastChild.textContent = letter;
}

/** @param {Element} element @param {string} name @param {number} position @param {string} letter */
function renameAttribute(element, name, position, letter) {
  const before = element.getAttribute(name);
  if (before === null) return;
  const after = name === "class"
    ? before.replace(BY_CLASS, `lane--${letter.toLowerCase()}`)
    : before.replace(BY_PLACE, `$1${position}`).replace(BY_LETTER, `$1${letter}`);
  if (after !== before) element.setAttribute(name, after);
}

/** @param {Element} element @param {string} letter */
function renameWords(element, letter) {
  for (const node of element.childNodes) {
    if (node instanceof Text) node.data = node.data.replace(BY_LETTER, `$1${letter}`);
  }
}
