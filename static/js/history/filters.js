// @ts-check
/**
 * The filters apply as they change, and the address names those that say something: a reload, a
 * link to a teammate and the way back from a run show the same list.
 */

/** @param {HTMLFormElement} form */
export function filters(form) {
  const apply = form.querySelector("[data-apply]");
  if (apply instanceof HTMLElement) apply.hidden = true;
  form.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = /** @type {CustomEvent} */ (event).detail;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const { successful, pathInfo } = /** @type {CustomEvent} */ (event).detail;
    if (successful) history.replaceState(null, "", pathInfo.finalRequestPath);
  });
}
