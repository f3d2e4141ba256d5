// @ts-check
/** The time zones that there are, and the browser's own for a report that is not yet asked for. */

const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=zone]"));
const list = /** @type {HTMLDataListElement} */ (document.getElementById("report-zones"));
list.replaceChildren(...["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => new Option(zone, zone)));
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (own && field.form?.hasAttribute("data-new")) field.value = own;
