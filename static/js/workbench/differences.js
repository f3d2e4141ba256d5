// @ts-check
/** What differs between the lanes: in one line over them all, and in each lane by itself. */

/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {{name: string, label: string, values: string[]}} Difference values: of each lane, in their order */

/** @param {unknown} value */
function words(value) {
  if (Array.isArray(value)) return value.length ? value.map((item) => `“${item}”`).join(" ") : "none";
  return value === null || value === undefined || value === "" ? "–" : String(value);
}

/** A value as a person reads it: a choice by its name, a long text by its beginning. @param {import("./control.js").ControlField} field */
function spoken(field) {
  if (field.root.hidden) return "–";
  if (field.kind === "choice" || field.kind === "flag") return words(field.words);
  const value = field.value ?? field.fallback;
  if (field.name === "seed" && value === null) return "drawn";
  return words(field.kind === "text" && String(value).length > 24 ? `${String(value).slice(0, 24)}…` : value);
}

/** @param {string} text @param {string} className */
function piece(text, className) {
  return Object.assign(document.createElement("span"), { className, textContent: text });
}

/** @param {Lane[]} lanes @returns {Difference[]} */
export function differing(lanes) {
  if (lanes.length < 2) return [];
  const models = lanes.map(({ settings }) => settings.profileSelect.selectedOptions[0]?.text ?? "");
  const found = [{ name: "profile", label: "Model", values: models }];
  lanes[0].settings.controls.forEach(({ name, label }, index) => {
    found.push({ name, label, values: lanes.map(({ settings }) => spoken(settings.controls[index])) });
  });
  return found.filter(({ values }) => new Set(values).size > 1);
}

/** @param {HTMLElement} line @param {Lane[]} lanes @param {Difference[]} found @param {string[]} caveats */
export function showDifferences(line, lanes, found, caveats) {
  const same = lanes.length === 2 ? "Both lanes have the same settings." : "All lanes have the same settings.";
  const parts = lanes.length > 1 ? [piece(found.length ? "Lanes differ in" : same, "differences__label")] : [];
  parts.push(...found.map((difference) => chip(lanes, difference)));
  const icon = /** @type {HTMLTemplateElement|null} */ (document.querySelector("#warning-icon"))?.content;
  for (const text of caveats) {
    const note = piece(text, "caveat");
    if (icon) note.prepend(icon.cloneNode(true));
    parts.push(note);
  }
  line.replaceChildren(...parts);
}

/** A setting, and the lanes by what they have there. @param {Lane[]} lanes @param {Difference} difference */
function chip(lanes, { label, values }) {
  const root = piece(label, "difference");
  for (const value of new Set(values)) {
    const holders = lanes.filter((_, index) => values[index] === value);
    const lane = holders.length === 1 ? ` lane--${holders[0].letter.toLowerCase()}` : "";
    const shown = piece(value, `difference__value${lane}`);
    const letters = piece(holders.map(({ letter }) => letter).join(" "), "difference__letters");
    letters.prepend(piece(holders.length === 1 ? "lane " : "lanes ", "visually-hidden"));
    shown.prepend(letters, " ");
    root.append(shown);
  }
  return root;
}

/** In each lane its own values of what differs, each to be pressed to change it. @param {Lane[]} lanes @param {Difference[]} found */
export function showOwnDifferences(lanes, found) {
  lanes.forEach((lane, index) => {
    const place = lane.part("[data-differences]");
    const items = found.filter(({ name }) => name !== "profile").map(({ name, label, values }) => own(name, label, values[index]));
    place.replaceChildren(...(items.length ? items : [piece("The same settings in every lane", "lane__same")]));
  });
}

/** @param {string} name @param {string} label @param {string} value */
function own(name, label, value) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "own" });
  button.dataset.editSetting = name;
  button.append(piece(label, "own__label"), " ", piece(value, "own__value"));
  return button;
}
