// @ts-check
/** The usage pages: charts from the figures that stand in the page, the live tiles, the form. */
import { asking } from "./asking.js";
import { heat } from "./heat.js";
import { live } from "./live.js";
import { onThemeChange } from "./palette.js";
import { savePicture } from "./picture.js";
import { plot } from "./plot.js";

/** @param {HTMLElement} figure */
function chart(figure) {
  const words = document.getElementById(figure.dataset.chart ?? "")?.textContent ?? "null";
  const drawing = /** @type {import("./words.js").Drawing} */ (JSON.parse(words));
  const host = /** @type {HTMLElement} */ (figure.querySelector("[data-plot]"));
  const draw = () => (drawing.kind === "heat" ? heat : plot)(host, drawing);
  let drawn = draw();
  onThemeChange(() => {
    drawn.destroy();
    drawn = draw();
  });
  figure.querySelector("[data-png]")?.addEventListener("click", () => savePicture(drawn.canvas, drawing.title, drawing.name));
}

for (const figure of document.querySelectorAll("[data-chart]")) chart(/** @type {HTMLElement} */ (figure));
// By the next frame the figures and charts are there to be read: benchmarks look for this.
requestAnimationFrame(() => performance.mark("usage-drawn"));
document.querySelector(".usage .tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
const form = document.querySelector(".usage__filters");
if (form) asking(/** @type {HTMLFormElement} */ (form));
const now = document.querySelector("[data-live]");
if (now) live(/** @type {HTMLElement} */ (now));
