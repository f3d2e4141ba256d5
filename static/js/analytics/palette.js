// @ts-check
/** The tokens as colors that a canvas can use, and word of it when the theme changes. */

const SERIES = ["--lane-a", "--lane-b", "--phase-decode", "--phase-prefill", "--phase-queue"];

/** @param {string} token @returns {string} */
export function color(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** @param {number} place @returns {string} */
export const seriesColor = (place) => color(SERIES[place % SERIES.length]);

/** @param {string} rgb @param {number} alpha @returns {string} */
export const faded = (rgb, alpha) => rgb.replace(/^rgb\((.*)\)$/, (_, parts) => `rgba(${parts}, ${alpha})`);

/** @param {() => void} redraw */
export function onThemeChange(redraw) {
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
