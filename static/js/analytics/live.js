// @ts-check
/** The tiles that move: figures of this moment, by WebSocket; where it ends, it is tried again. */

const SOONEST_MS = 1000;
const LATEST_MS = 30_000;
const FOR_GOOD = new Set([4401, 4403, 4409]);

/** @param {HTMLElement} section */
export function live(section) {
  const pulse = /** @type {HTMLElement} */ (section.querySelector("[data-live-pulse]"));
  let wait = SOONEST_MS;
  const open = () => {
    const url = new URL(section.dataset.live ?? "", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.addEventListener("message", (event) => {
      wait = SOONEST_MS;
      pulse.toggleAttribute("data-on", true);
      show(section, JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      pulse.toggleAttribute("data-on", false);
      if (FOR_GOOD.has(event.code)) return;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LATEST_MS);
    });
  };
  open();
}

/** @param {HTMLElement} section @param {Record<string, number|null>} figures */
function show(section, figures) {
  for (const place of section.querySelectorAll("[data-live-figure]")) {
    const value = figures[/** @type {HTMLElement} */ (place).dataset.liveFigure ?? ""];
    const words = value === null || value === undefined ? "–" : value.toLocaleString("en");
    if (place.textContent !== words) place.textContent = words;
  }
}
