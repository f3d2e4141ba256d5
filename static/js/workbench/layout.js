// @ts-check
/** When a frame measures what it has written, and which lane does more than write. */

/** @template Found @typedef {{measure: () => Found, write: (found: Found) => void}} Wish */

/** @type {Wish<any>[]} */
let wishes = [];

/**
 * Once this frame has written all that it writes: everyone measures before anyone writes again, as a
 * write between two would have the page laid out anew for each.
 *
 * @template Found @param {() => Found} measure @param {(found: Found) => void} write
 */
export function onceLaidOut(measure, write) {
  if (!wishes.length) queueMicrotask(fulfil);
  wishes.push({ measure, write });
}

/** Work that lanes which grow alike would all come to in one frame: one at a time. */
export class Turns {
  /** @param {number} apart in ms */
  constructor(apart) {
    this.apart = apart;
    this.taken = -Infinity;
  }

  /** Whether it may be done now; who may not asks again later. */
  take() {
    const now = performance.now();
    if (now - this.taken < this.apart) return false;
    this.taken = now;
    return true;
  }
}

function fulfil() {
  const measured = wishes.map(({ measure, write }) => ({ found: measure(), write }));
  wishes = [];
  for (const { found, write } of measured) write(found);
}
