// @ts-check
/**
 * At most two runs are picked at a time: a third takes the place of the first. What is picked stays
 * picked while the list grows; a new list starts without.
 */

/** @type {HTMLInputElement[]} */
let picked = [];

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector));

function show() {
  const bar = part("[data-picked]");
  const words = part("[data-picked-words]");
  const compare = /** @type {HTMLButtonElement|null} */ (part("[data-picked-compare]"));
  if (!bar || !words || !compare) return;
  bar.hidden = picked.length === 0;
  words.textContent = picked.length === 2 ? "2 runs chosen" : "Choose one more run to compare";
  compare.disabled = picked.length !== 2;
}

/** @param {HTMLInputElement} box */
function pick(box) {
  picked = picked.filter((other) => other !== box && other.isConnected && other.value !== box.value);
  if (box.checked) picked.push(box);
  for (const dropped of picked.splice(0, picked.length - 2)) dropped.checked = false;
  show();
}

export function picking() {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.name === "run") pick(box);
  });
  document.addEventListener("reset", () => {
    picked = [];
    show();
  });
  document.addEventListener("htmx:afterSwap", () => {
    picked = picked.filter((box) => box.isConnected);
    show();
  });
  // A page that the browser brings back may have boxes checked from before.
  picked = [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=run]:checked"))].slice(0, 2);
  show();
}
