// @ts-check
/** The page's address says what is looked at: which answers, which filters, which limits. */

/** @param {Record<string, string>} asked an empty value takes the name out */
export function keepInAddress(asked) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(asked)) {
    if (value === "") address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history.replaceState(history.state, "", address);
}

/** What forms ask for whose answer replaces a part of the page. */
export function keepWhatPartsAsk() {
  document.addEventListener("htmx:afterSwap", (event) => {
    const { requestConfig, pathInfo } = /** @type {CustomEvent} */ (event).detail;
    if (!requestConfig.elt.matches("[data-in-address]")) return;
    keepInAddress(Object.fromEntries(new URL(pathInfo.finalRequestPath, location.href).searchParams));
  });
}
