// Loaded before the page is painted.
(() => {
  // A chosen theme never flashes the other one.
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

  // Until the page's own dialog can ask (see shell/questions.js), the browser's does: nothing is deleted unasked.
  document.addEventListener("submit", (event) => {
    const { question } = /** @type {HTMLElement} */ (event.target).dataset;
    if (!question || "asks" in document.documentElement.dataset || confirm(question)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
})();
