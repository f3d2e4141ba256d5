// @ts-check
/** The list of engines renews itself; not while a question about it is open, nor out of sight. */

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  const asked = document.querySelector("dialog[open]") !== null;
  if (elt.matches("[data-polled]") && (asked || document.hidden)) event.preventDefault();
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig } = /** @type {CustomEvent} */ (event).detail;
  const polled = requestConfig.elt.matches("[data-polled]");
  if (polled && document.querySelector("dialog[open]")) event.preventDefault();
});
