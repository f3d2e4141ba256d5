// @ts-check
/** What the page says of its connection, and which of its buttons can be pressed. */

/** @param {string} selector */
const parts = (selector) => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));

/** @param {HTMLElement} label @param {string} href @param {string} words */
function addLink(label, href, words) {
  label.append(Object.assign(document.createElement("a"), { href, className: "link", textContent: words }));
}

/** @param {HTMLElement} label @param {import("./socket.js").ConnectionState} state @param {string} text @param {string} login */
export function showConnection(label, state, text, login) {
  label.dataset.state = state;
  label.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  if (state === "closed") addLink(label, `${login}?next=${encodeURIComponent(location.pathname)}`, "Sign in again");
  if (state === "shut") addLink(label, "/teams/", "Your teams");
}

/** @param {import("./runs.js").Runs} runs @param {boolean} isOpen whether the connection is */
export function showActions(runs, isOpen) {
  const { running } = runs;
  const why = isOpen ? "" : "Waiting for the connection: Run works again in a moment.";
  for (const button of parts("[data-action=run]")) {
    button.hidden = running;
    button.removeAttribute("disabled");
    button.setAttribute("aria-disabled", String(Boolean(why || runs.asked)));
    if (why) button.dataset.tip = why;
    else delete button.dataset.tip;
  }
  for (const button of parts("[data-action=stop-all]")) button.hidden = !running;
  for (const button of parts(".actions [data-action=again]")) button.hidden = running || runs.comparison === null;
}
