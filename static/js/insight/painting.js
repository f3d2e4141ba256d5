// @ts-check
/**
 * A chart of HTML and SVG painted as it stands on the page, in its colors: its words and rectangles,
 * each where it is seen. The page's policy forbids the way through an image of the SVG.
 */

const PAD = 16;
const SCALE = 2;
const LEFT_OUT = "details, form, table, defs, title, [data-files], .visually-hidden, .insight__patterns";

/** @param {HTMLElement} figure */
export function paint(figure) {
  const shown = [...figure.querySelectorAll("*")].filter((one) => !one.closest(LEFT_OUT) && one.getClientRects().length);
  const box = figure.getBoundingClientRect();
  const bottom = Math.max(...shown.map((one) => one.getBoundingClientRect().bottom));
  const canvas = document.createElement("canvas");
  canvas.width = (box.width + 2 * PAD) * SCALE;
  canvas.height = (bottom - box.top + 2 * PAD) * SCALE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(SCALE, SCALE);
  context.fillStyle = groundOf(figure);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(PAD - box.left, PAD - box.top);
  for (const one of shown) {
    if (one instanceof SVGRectElement) rectangle(context, one);
    else if (one instanceof HTMLElement) words(context, one);
  }
  return canvas;
}

/** The color behind an element. @param {Element|null} element @returns {string} */
function groundOf(element) {
  if (!element) return "white";
  const color = getComputedStyle(element).backgroundColor;
  return isClear(color) ? groundOf(element.parentElement) : color;
}

/** @param {string} color */
const isClear = (color) => color === "transparent" || /,\s*0\)$|\/\s*0\)$/.test(color);

/** @param {CanvasRenderingContext2D} context @param {SVGRectElement} rect */
function rectangle(context, rect) {
  const { left, top, width, height } = rect.getBoundingClientRect();
  const { fill, stroke } = getComputedStyle(rect);
  if (fill.startsWith("url(")) hatched(context, left, top, width, height);
  else if (fill !== "none") {
    context.fillStyle = fill;
    context.fillRect(left, top, width, height);
  }
  if (stroke !== "none") {
    context.strokeStyle = stroke;
    context.lineWidth = 1;
    context.strokeRect(left, top, width, height);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {number} width @param {number} height */
function hatched(context, left, top, width, height) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = fillOf(".insight-hatch-ground");
  context.fillRect(left, top, width, height);
  context.strokeStyle = fillOf(".insight-hatch-line");
  context.lineWidth = 1.6;
  context.beginPath();
  for (let x = left - height; x < left + width; x += 7) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

/** @param {string} selector */
function fillOf(selector) {
  const found = document.querySelector(selector);
  return found ? getComputedStyle(found).fill : "gray";
}

/** An element's ground, and its own words, each where the page has it. @param {CanvasRenderingContext2D} context @param {HTMLElement} element */
function words(context, element) {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (!isClear(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor;
    context.beginPath();
    context.roundRect(box.left, box.top, box.width, box.height, Math.min(parseFloat(style.borderRadius) || 0, box.height / 2));
    context.fill();
  }
  context.fillStyle = style.color;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textBaseline = "middle";
  for (const node of element.childNodes) {
    if (!(node instanceof Text)) continue;
    for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const place = range.getBoundingClientRect();
      if (place.width) context.fillText(word, place.left, place.top + place.height / 2);
    }
  }
}
