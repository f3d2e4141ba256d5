// @ts-check
/**
 * Text that grows by a few characters many times a second. All but its last lines stand in blocks
 * that the browser lays out once and skips while they are out of sight, so that a frame costs the
 * same after four thousand tokens as after forty. The text content stays what was appended.
 */
const LONGEST_TAIL = 1000;
const APART_MS = 12;

/** When a block was made last: lanes that grow alike must not all do so in one frame. */
let madeAt = -Infinity;

/** @param {HTMLElement} target @param {string} chunk */
export function appendText(target, chunk) {
  const last = target.lastChild;
  if (!(last instanceof Text)) {
    target.append(document.createTextNode(chunk));
    return;
  }
  if (last.length > LONGEST_TAIL) putAway(target, last); // before it changes: what it measures is laid out already
  last.appendData(chunk);
}

/** All but the last line goes into a block. @param {HTMLElement} target @param {Text} tail */
function putAway(target, tail) {
  if (performance.now() - madeAt < APART_MS) return;
  const end = tail.data.lastIndexOf("\n") + 1 || lastLine(tail);
  if (!end) return; // out of sight, where nothing is laid out
  madeAt = performance.now();
  const block = document.createElement("div");
  block.className = "output__block";
  block.textContent = tail.data.slice(0, end);
  tail.deleteData(0, end);
  target.insertBefore(block, tail);
}

/** Where the last line of a long paragraph begins on the screen. @param {Text} text */
function lastLine(text) {
  const range = document.createRange();
  /** @param {number} at */
  const top = (at) => {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().top;
  };
  const last = top(text.length - 1);
  let [low, high] = [0, text.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (top(middle) < last) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The regions to be scrolled once every lane of this frame has its text. @type {Set<HTMLElement>} */
const behind = new Set();

/** After all that this frame writes: each region measured before the next is written would have the page laid out once a lane. @param {HTMLElement} region */
export function scrollToEnd(region) {
  if (!behind.size) queueMicrotask(scrollAll);
  behind.add(region);
}

function scrollAll() {
  const ends = [...behind].map((region) => /** @type {const} */ ([region, region.scrollHeight]));
  behind.clear();
  for (const [region, end] of ends) region.scrollTop = end;
}
