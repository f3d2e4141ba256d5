// @ts-check
/** The sessions as a drawer, where the window is too narrow for a sidebar. */

/** @param {HTMLElement} shell */
export function drawer(shell) {
  const opener = /** @type {HTMLElement} */ (shell.querySelector('[data-drawer="open"]'));
  const sidebar = /** @type {HTMLElement} */ (shell.querySelector("#sidebar"));
  const page = /** @type {HTMLElement} */ (shell.querySelector(".page"));
  /** @param {boolean} open */
  const set = (open) => {
    shell.dataset.drawer = open ? "open" : "";
    opener.setAttribute("aria-expanded", String(open));
    page.inert = open;
    if (open) /** @type {HTMLElement} */ (sidebar.querySelector('[data-drawer="close"]')).focus();
    else opener.focus();
  };
  shell.addEventListener("click", (event) => {
    const wanted = /** @type {HTMLElement} */ (event.target).closest("[data-drawer]:not(.shell)");
    if (wanted instanceof HTMLElement) set(wanted.dataset.drawer === "open");
  });
  shell.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || shell.dataset.drawer !== "open") return;
    event.stopPropagation();
    set(false);
  });
  matchMedia("(min-width: 901px)").addEventListener("change", () => {
    shell.dataset.drawer = "";
    page.inert = false;
  });
}
