// @ts-check
/** What every signed-in page has: theme, drawer, tooltips, menus, copy buttons, questions first. */
import { copyButtons } from "./copying.js";
import { drawer } from "./drawer.js";
import { menus } from "./menu.js";
import { questions } from "./questions.js";
import { themeToggle } from "./theme.js";
import { tooltips } from "./tooltip.js";

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

tooltips(part("#tooltip"));
themeToggle(part("[data-theme-toggle]"), /** @type {HTMLTemplateElement} */ (part("#theme-icons")));
drawer(part("#shell"));
menus();
questions();
copyButtons();
