// @ts-check
/** Who else has this session open: up to a few initials in the top bar, the names on hover. */
const SHOWN = 5;

/** @typedef {{name: string, initials: string}} Person */

/** @param {HTMLElement} root @param {Person[]} people */
export function showPeople(root, people) {
  const shown = people.length > SHOWN ? people.slice(0, SHOWN - 1) : people;
  const rest = people.slice(shown.length);
  const marks = shown.map(({ name, initials }) => mark(initials, `${name} has this session open`));
  if (rest.length) marks.push(mark(`+${rest.length}`, `${names(rest)} too`));
  root.hidden = people.length === 0;
  root.setAttribute("aria-label", people.length ? `Also here: ${names(people)}` : "");
  root.replaceChildren(...marks);
}

/** @param {Person[]} people */
const names = (people) => people.map(({ name }) => name).join(", ");

/** @param {string} text @param {string} tip */
function mark(text, tip) {
  const item = document.createElement("li");
  item.className = "presence__person";
  item.dataset.tip = tip;
  item.textContent = text;
  return item;
}
