// @ts-check
/** One line on what differs between the lanes, and on what keeps their figures from comparing. */

/** @param {unknown} value */
function words(value) {
  if (Array.isArray(value)) return value.length ? value.map((item) => `“${item}”`).join(" ") : "none";
  return value === null || value === undefined || value === "" ? "–" : String(value);
}

/** A value as a person reads it: a choice by its name, a long text by its beginning. @param {import("./control.js").ControlField} field */
function spoken(field) {
  if (field.kind === "choice" || field.kind === "flag") return field.words;
  const value = field.value ?? field.fallback;
  return field.kind === "text" && String(value).length > 24 ? `${String(value).slice(0, 24)}…` : value;
}

/** @param {string} text @param {string} className */
function piece(text, className) {
  return Object.assign(document.createElement("span"), { className, textContent: text });
}

/**
 * @param {import("./settings.js").LaneSettings} a @param {import("./settings.js").LaneSettings} b
 * @returns {{label: string, a: string, b: string}[]}
 */
export function differing(a, b) {
  const found = [];
  if (a.profile !== b.profile) {
    const [first, second] = [a, b].map((lane) => lane.profileSelect.selectedOptions[0].text);
    found.push({ label: "Model", a: first, b: second });
  }
  for (const control of a.controls) {
    const other = b.controls.find((candidate) => candidate.name === control.name);
    const [mine, theirs] = [control, other].map((field) => field && !field.root.hidden ? spoken(field) : null);
    if (words(mine) === words(theirs)) continue;
    const empty = control.name === "seed" ? "drawn" : "–";
    found.push({ label: control.label, a: mine === null ? empty : words(mine), b: theirs === null ? empty : words(theirs) });
  }
  return found;
}

/** @param {HTMLElement} line @param {{label: string, a: string, b: string}[]} found @param {string[]} caveats */
export function showDifferences(line, found, caveats) {
  const parts = [piece(found.length ? "Lanes differ in" : "Both lanes have the same settings.", "differences__label")];
  for (const item of found) {
    const chip = piece("", "difference");
    const [a, b] = [piece(item.a, "difference__value difference__value--a"), piece(item.b, "difference__value difference__value--b")];
    a.prepend(piece("lane A ", "visually-hidden"));
    b.prepend(piece("lane B ", "visually-hidden"));
    chip.append(item.label, a, b);
    parts.push(chip);
  }
  const icon = /** @type {HTMLTemplateElement|null} */ (document.querySelector("#warning-icon"))?.content;
  for (const text of caveats) {
    const note = piece(text, "caveat");
    if (icon) note.prepend(icon.cloneNode(true));
    parts.push(note);
  }
  line.replaceChildren(...parts);
}
