// @ts-check
/** Lanes are put in another order by dragging their letters. Keys and the menu do the same. */

/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {import("./lanes.js").Lanes} Lanes */

/** What travels is no text, so that no field takes it. */
const KIND = "application/x-lane";

/** @param {Lanes} lanes @param {(lane: Lane, by: number) => void} move by so many places to the right */
export function dragLanes(lanes, move) {
  /** @type {Lane|null} */
  let dragged = null;

  /** @param {DragEvent} event @returns {{lane: Lane, after: boolean}|null} beside which lane it would be put */
  const placeUnder = (event) => {
    const lane = dragged && lanes.holding(/** @type {Element} */ (event.target));
    if (!lane || lane === dragged) return null;
    const { left, width } = lane.root.getBoundingClientRect();
    return { lane, after: event.clientX > left + width / 2 };
  };
  const unmark = () => {
    for (const { root } of lanes) delete root.dataset.drop;
  };

  lanes.root.addEventListener("dragstart", (event) => {
    const letter = /** @type {Element} */ (event.target).closest?.(".lane__letter");
    if (!letter || !event.dataTransfer) return;
    dragged = lanes.holding(letter);
    event.dataTransfer.setData(KIND, letter.textContent ?? "");
    event.dataTransfer.effectAllowed = "move";
    dragged?.root.setAttribute("data-dragged", "");
  });
  lanes.root.addEventListener("dragover", (event) => {
    unmark();
    const place = placeUnder(event);
    if (!place) return;
    event.preventDefault();
    place.lane.root.dataset.drop = place.after ? "after" : "before";
  });
  lanes.root.addEventListener("drop", (event) => {
    const place = placeUnder(event);
    if (!place || !dragged) return;
    event.preventDefault();
    const rest = lanes.all.filter((lane) => lane !== dragged);
    move(dragged, rest.indexOf(place.lane) + Number(place.after) - lanes.all.indexOf(dragged));
  });
  lanes.root.addEventListener("dragleave", (event) => {
    if (!lanes.root.contains(/** @type {Node|null} */ (event.relatedTarget))) unmark();
  });
  lanes.root.addEventListener("dragend", () => {
    unmark();
    dragged?.root.removeAttribute("data-dragged");
    dragged = null;
  });
}
