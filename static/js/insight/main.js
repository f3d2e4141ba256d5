// @ts-check
/** The pages of views: files of the charts, and the limits that a person slides. */
import { keepWhatPartsAsk } from "./address.js";
import { offerFiles } from "./files.js";
import { goodput } from "./goodput.js";

for (const figure of document.querySelectorAll("[data-picture]")) offerFiles(/** @type {HTMLElement} */ (figure));
for (const part of document.querySelectorAll("[data-goodput]")) goodput(/** @type {HTMLElement} */ (part));
keepWhatPartsAsk();
