// @ts-check
/** A chart as a PNG file, with its title and the page's background. */
import { color } from "./palette.js";

const HEAD = 34;
const PAD = 12;

/** @param {HTMLCanvasElement} drawn @param {string} title @param {string} name */
export function savePicture(drawn, title, name) {
  const scale = devicePixelRatio;
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width + 2 * PAD * scale;
  canvas.height = drawn.height + (HEAD + PAD) * scale;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = color("--raised");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = color("--text");
  context.font = `600 ${14 * scale}px Inter, system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(title, PAD * scale, HEAD * scale / 2);
  context.drawImage(drawn, PAD * scale, HEAD * scale);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `usage-${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
