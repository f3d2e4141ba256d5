// @ts-check
/** The address, the heading and the sessions list, brought up to date after a run was accepted. */

/** @typedef {{ajax: (verb: string, url: string, options: {target: string, swap: string}) => Promise<void>}} Htmx */

/** @param {string} url */
export function showAddress(url) {
  if (location.pathname !== url) history.pushState({}, "", url);
}

/** @param {HTMLElement} page @param {Pick<import("./events.js").AcceptedEvent, "session"|"comparison">} accepted */
export function refreshHistory(page, accepted) {
  const htmx = /** @type {{htmx?: Htmx}} */ (/** @type {unknown} */ (window)).htmx;
  const search = /** @type {HTMLInputElement} */ (document.querySelector("#history-search"));
  const current = /** @type {HTMLInputElement} */ (document.querySelector('.history__search [name="current"]'));
  current.value = accepted.session.id;
  document.title = `${accepted.session.title} · Run ${accepted.comparison.number} · Inference Playground`;
  const query = new URLSearchParams({ q: search.value, current: accepted.session.id });
  htmx?.ajax("GET", `${page.dataset.history}?${query}`, { target: "#sessions", swap: "outerHTML" });
  htmx?.ajax("GET", `${accepted.comparison.url}?part=heading`, { target: "#heading", swap: "outerHTML" });
}

addEventListener("popstate", () => location.reload());
