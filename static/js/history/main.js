// @ts-check
/** The history's page: filters that stay in the address, and picking two runs to compare. */
import { filters } from "./filters.js";
import { picking } from "./picking.js";

filters(/** @type {HTMLFormElement} */ (document.querySelector("#run-filters")));
picking();
