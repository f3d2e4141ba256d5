// @ts-check
/** Answers that scroll together: the one that the reader scrolls leads, in shares of its length. */

const LEADING = ["wheel", "touchstart", "pointerdown", "keydown"];

/** @param {Element} element how far it is scrolled, from 0 to 1 */
function share(element) {
  const way = element.scrollHeight - element.clientHeight;
  return way > 0 ? element.scrollTop / way : 0;
}

/** @param {import("./lanes.js").Lanes} lanes @param {() => boolean} isOn */
export function scrollTogether(lanes, isOn) {
  /** @type {Element|null} */
  let leader = null;
  for (const type of LEADING) {
    lanes.root.addEventListener(type, (event) => {
      leader = /** @type {Element} */ (event.target).closest("[data-scroll]");
    }, { capture: true, passive: true });
  }
  lanes.root.addEventListener("scroll", ({ target }) => {
    if (!isOn() || !leader || target !== leader) return;
    for (const { output } of lanes) {
      if (output.scroll === leader) continue;
      output.scroll.scrollTop = share(leader) * (output.scroll.scrollHeight - output.scroll.clientHeight);
    }
  }, { capture: true, passive: true });
}
