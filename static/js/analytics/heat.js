// @ts-check
/** A map of the week: a row a day, a column an hour, the deeper the more. */
import { color, faded } from "./palette.js";
import { written } from "./words.js";

/** @typedef {import("./words.js").Drawing} Drawing */

const LEFT = 40;
const BOTTOM = 40;
const CELL_HEIGHT = 28;
const GAP = 2;
const FONT = "11px Inter, system-ui, sans-serif";

/** @param {HTMLElement} host @param {Drawing} drawing @returns {{canvas: HTMLCanvasElement, destroy: () => void}} */
export function heat(host, drawing) {
  const canvas = document.createElement("canvas");
  canvas.className = "usage__heat";
  const said = document.createElement("p");
  said.className = "usage__said";
  host.replaceChildren(canvas, said);
  const most = Math.max(0, ...drawing.rows.flatMap((row) => row.slice(1).map(Number)));
  const unit = drawing.columns[1].unit;
  const rest = `Deepest: ${written(most, unit)}`;
  said.textContent = rest;
  const draw = () => paint(canvas, host.clientWidth, drawing, most);
  const size = new ResizeObserver(draw);
  size.observe(host);
  canvas.addEventListener("pointermove", (event) => {
    const at = cellAt(canvas, event);
    if (!at) { said.textContent = rest; return; }
    said.textContent = `${drawing.columns[at.day + 1].title} ${drawing.rows[at.hour][0]}: ${written(drawing.rows[at.hour][at.day + 1], unit)}`;
  });
  canvas.addEventListener("pointerleave", () => { said.textContent = rest; });
  draw();
  return { canvas, destroy: () => { size.disconnect(); host.replaceChildren(); } };
}

/** @param {HTMLCanvasElement} canvas @param {PointerEvent} event */
function cellAt(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const hour = Math.floor((event.clientX - box.left - LEFT) / ((box.width - LEFT) / 24));
  const day = Math.floor((event.clientY - box.top) / CELL_HEIGHT);
  return hour >= 0 && hour < 24 && day >= 0 && day < 7 ? { hour, day } : null;
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {Drawing} drawing @param {number} most */
function paint(canvas, width, drawing, most) {
  const height = CELL_HEIGHT * 7 + BOTTOM;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  canvas.style.height = `${height}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = FONT;
  context.textBaseline = "middle";
  const cell = (width - LEFT) / 24;
  const none = color("--sunken");
  const deep = color("--lane-a");
  drawing.rows.forEach((row, hour) => row.slice(1).forEach((value, day) => {
    context.fillStyle = none;
    const at = /** @type {const} */ ([LEFT + hour * cell, day * CELL_HEIGHT, Math.max(1, cell - GAP), CELL_HEIGHT - GAP]);
    context.fillRect(...at);
    if (!value || !most) return;
    context.fillStyle = faded(deep, 0.08 + 0.92 * Number(value) / most);
    context.fillRect(...at);
  }));
  words(context, drawing, cell, height);
}

/** @param {CanvasRenderingContext2D} context @param {Drawing} drawing @param {number} cell @param {number} height */
function words(context, drawing, cell, height) {
  context.fillStyle = color("--muted");
  drawing.columns.slice(1).forEach((column, day) => context.fillText(column.title, 0, day * CELL_HEIGHT + CELL_HEIGHT / 2));
  context.textAlign = "center";
  const every = cell < 22 ? 6 : 3;
  for (let hour = 0; hour < 24; hour += every) context.fillText(String(hour).padStart(2, "0"), LEFT + (hour + 0.5) * cell, height - BOTTOM + 10);
  context.fillText(drawing.xTitle, LEFT + 12 * cell, height - 9);
  context.textAlign = "left";
}
