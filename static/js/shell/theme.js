// @ts-check
/** The theme: as the system has it, or as chosen here, kept for this browser. */

const THEMES = ["system", "light", "dark"];
const WORDS = { system: "as the system", light: "light", dark: "dark" };

/** @param {HTMLElement} button @param {HTMLTemplateElement} icons */
export function themeToggle(button, icons) {
  const show = () => {
    const theme = localStorage.getItem("theme") ?? "system";
    const words = `Theme: ${WORDS[/** @type {keyof typeof WORDS} */ (theme)]}`;
    button.setAttribute("aria-label", words);
    button.dataset.tip = words;
    const icon = icons.content.querySelector(`[data-icon=${theme}] svg`);
    if (icon) button.replaceChildren(icon.cloneNode(true));
  };
  button.addEventListener("click", () => {
    const now = localStorage.getItem("theme") ?? "system";
    const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    if (next === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
    document.documentElement.dataset.theme = next;
    show();
  });
  show();
}
