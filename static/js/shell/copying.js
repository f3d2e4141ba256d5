// @ts-check
/** `data-copy="#id"` puts the text or value of that element on the clipboard, and says so. */

export function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-copy]");
    if (!(button instanceof HTMLElement)) return;
    const from = document.querySelector(button.dataset.copy ?? "");
    const text = from instanceof HTMLInputElement ? from.value : from?.textContent ?? "";
    const label = button.querySelector("[data-copy-label]") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(text.trim());
      label.textContent = "Copied";
    } catch {
      if (from instanceof HTMLInputElement) from.select();
      label.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { label.textContent = before; }, 1600);
  });
}
