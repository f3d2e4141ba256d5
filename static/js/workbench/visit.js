// @ts-check
/** The page among others: one's own other tabs, and teammates who have the same session open. */
import { Drafts } from "./drafts.js";
import { openParts, readState, showOpenParts, showState } from "./page_state.js";
import { showPeople } from "./presence.js";

const LARGEST_LAST_WORDS = 60_000;

/**
 * @typedef {import("./events.js").StoredComparison} StoredComparison
 * @typedef {object} Bench
 * @property {HTMLElement} page
 * @property {import("./composer.js").Composer} composer
 * @property {import("./lanes.js").Lanes} lanes
 * @property {import("./lanes_view.js").LanesView} view
 * @property {import("./runs.js").Runs} runs
 * @property {import("./socket.js").Connection} connection
 * @property {() => void} refresh shows what follows from what was written into the page
 * @property {(run: StoredComparison, event: import("./events.js").RunStartedEvent) => void} showRun
 */

export class Visit {
  /** @param {Bench} bench @param {string} tab */
  constructor(bench, tab) {
    this.bench = bench;
    this.tab = tab;
    const { page, connection } = bench;
    this.latest = Number(page.dataset.latestRun || 0);
    /** The number of the run on the page. @type {number|null} */
    this.run = Number(page.dataset.run) || null;
    this.showing = false;
    /** How the page was looked at when that was last kept. */
    this.parts = "";
    this.people = part("#presence");
    this.kept = part("#set-aside");
    this.news = part("#run-started");
    /** @type {import("./events.js").RunStartedEvent|null} */
    this.started = null;
    this.drafts = new Drafts({
      send: (message) => connection.send(message), sendLast: (message) => this.sendLast(message),
      read: () => this.read(), show: (state) => this.show(state), showKept: (kept) => this.showKept(kept),
    }, tab, page.dataset.session || null, sessionStorage);
    page.addEventListener("toggle", (event) => this.folded(/** @type {HTMLElement} */ (event.target)), { capture: true });
    this.kept.addEventListener("click", (event) => this.choose(/** @type {Element} */ (event.target)));
    this.news.addEventListener("click", (event) => this.answer(event));
    addEventListener("pagehide", () => this.drafts.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.drafts.flush());
  }

  begin() {
    const opened = document.querySelector("#draft-state")?.textContent;
    if (opened) this.drafts.begin(JSON.parse(opened), this.run);
    this.bench.refresh();
  }

  read() {
    const { composer, lanes } = this.bench;
    return { ...readState(composer, lanes), open: this.open, on: this.run };
  }

  /** How the page is looked at: what is unfolded, which lanes are strips. @returns {Record<string, boolean>} */
  get open() {
    return { ...openParts(this.bench.page), ...this.bench.view.open };
  }

  /** @param {Partial<import("./drafts.js").Draft>} state */
  show(state) {
    const { composer, lanes, page, view, refresh } = this.bench;
    this.showing = true;
    if ("lanes" in state) showState(state, composer, lanes);
    if (state.open) showOpenParts(page, state.open);
    if (state.open) view.show(state.open);
    refresh();
    this.parts = JSON.stringify(this.open);
    this.showing = false;
  }

  /** Something was typed or set by the person. */
  edited() {
    if (!this.showing) this.drafts.changed(true);
  }

  /** Something takes the place of what was typed: it is kept, as what another tab took the place of. */
  putAside() {
    if (this.drafts.edited) this.drafts.putAside();
  }

  /** @param {HTMLElement} part */
  folded(part) {
    if (part.dataset.part) this.viewed();
  }

  /** Another part is unfolded, or the lanes are looked at in another way. */
  viewed() {
    const parts = JSON.stringify(this.open);
    if (parts !== this.parts && !this.showing) this.drafts.changed(false);
    this.parts = parts;
  }

  /** The socket is open: say where this page stands, and what it still holds. */
  connected() {
    const { session, base } = this.drafts;
    this.bench.connection.send({ type: "open", tab: this.tab, session, draft: base, run: this.latest });
    this.drafts.flush();
  }

  disconnected() {
    this.drafts.lost();
    showPeople(this.people, []);
  }

  /** @param {import("./events.js").AcceptedEvent} event */
  accepted({ session, comparison }) {
    const moved = session.id !== this.drafts.session;
    this.latest = Math.max(this.latest, comparison.number);
    this.run = comparison.number;
    this.news.hidden = true;
    this.drafts.ran(session.id);
    if (moved) this.connected();
  }

  /** Whether the event was one of ours. @param {import("./events.js").WorkbenchEvent} event */
  takes(event) {
    if (event.type === "error" && event.code === "bad_draft") this.drafts.refused();
    if (event.type === "error" && event.code === "unavailable" && event.key === null) this.drafts.delayed();
    if (event.type === "draft_saved") this.drafts.saved(event);
    else if (event.type === "draft_changed") this.drafts.replaced(event);
    else if (event.type === "presence") event.session === this.drafts.session && showPeople(this.people, event.people);
    else if (event.type === "run_started") this.runStarted(event);
    else return false;
    return true;
  }

  // --- what others start -----------------------------------------------------------------------

  /** @param {import("./events.js").RunStartedEvent} event */
  runStarted(event) {
    if (event.session.id !== this.drafts.session || event.comparison.id === this.bench.runs.comparison) return;
    const wasAtLatest = this.run === null || this.run >= this.latest;
    const { runs } = this.bench;
    this.latest = Math.max(this.latest, event.comparison.number);
    if (wasAtLatest && !runs.running && !runs.asked && !this.drafts.edited) {
      this.follow(event);
      return;
    }
    this.started = event;
    const words = event.mine ? "You started" : `${event.author} started`;
    const where = event.mine ? " in another tab" : "";
    /** @type {HTMLElement} */ (this.news.querySelector("[data-words]")).textContent = `${words} run ${event.comparison.number}${where}`;
    /** @type {HTMLAnchorElement} */ (this.news.querySelector("[data-show]")).href = event.comparison.url;
    this.news.hidden = false;
  }

  /** Shows the run here, streaming. What is typed stays. @param {import("./events.js").RunStartedEvent} event */
  async follow(event) {
    const answer = await fetch(event.comparison.url).catch(() => null);
    const found = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const stored = found?.querySelector("#comparison-state")?.textContent;
    const { runs } = this.bench;
    const begun = runs.asked || runs.running || event.comparison.number < this.latest;
    if (!stored || begun || event.session.id !== this.drafts.session) return;
    this.news.hidden = true;
    this.run = event.comparison.number;
    this.bench.showRun(JSON.parse(stored), event);
  }

  /** @param {MouseEvent} event */
  answer(event) {
    const chosen = /** @type {Element} */ (event.target).closest("[data-show], [data-dismiss]");
    if (!(chosen instanceof HTMLElement)) return;
    this.news.hidden = true;
    if ("dismiss" in chosen.dataset || !this.started || this.bench.runs.running) return; // a link: its page is opened
    event.preventDefault();
    this.follow(this.started);
  }

  // --- what was put aside ----------------------------------------------------------------------

  /** @param {import("./events.js").KeptDraft[]} kept */
  showKept(kept) {
    const list = /** @type {HTMLElement} */ (this.kept.querySelector("[data-kept]"));
    const item = /** @type {HTMLTemplateElement} */ (this.kept.querySelector("template"));
    this.kept.hidden = kept.length === 0;
    list.replaceChildren(...kept.map(({ id, at, words }) => {
      const row = /** @type {DocumentFragment} */ (item.content.cloneNode(true));
      const button = /** @type {HTMLElement} */ (row.querySelector("button"));
      button.dataset.takeBack = String(id);
      /** @type {HTMLElement} */ (row.querySelector("[data-words]")).textContent = words;
      /** @type {HTMLElement} */ (row.querySelector("[data-at]")).textContent = new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
      return row;
    }));
  }

  /** @param {Element} target */
  choose(target) {
    const chosen = /** @type {HTMLElement|null} */ (target.closest("[data-take-back]"));
    if (chosen) this.drafts.takeBack(Number(chosen.dataset.takeBack));
    else if (target.closest("[data-forget]")) this.drafts.forget();
  }

  /** @param {object} message */
  sendLast(message) {
    const headers = JSON.parse(document.querySelector("#shell")?.getAttribute("hx-headers") ?? "{}");
    const body = JSON.stringify(message);
    if (body.length > LARGEST_LAST_WORDS) return; // browsers let no more outlive a page
    fetch(this.bench.page.dataset.drafts ?? "", {
      method: "POST", body, keepalive: true, headers: { ...headers, "Content-Type": "application/json" },
    }).catch(() => {});
  }
}

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
