// @ts-check
/** A menu is a `<details class="menu">`: it closes by Esc, by a click elsewhere, and after a choice. */

export function menus() {
  const open = () => /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.menu[open]")]);
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    for (const menu of open()) if (!menu.contains(target) || target.closest("[data-menu-close]")) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const [menu] = open();
    if (event.key !== "Escape" || !menu) return;
    event.stopImmediatePropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }, { capture: true });
}
