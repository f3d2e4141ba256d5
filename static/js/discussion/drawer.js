// @ts-check
/** The comments beside the run on the page: loaded when asked for, and anew for another run. */

/** @typedef {{ajax: (verb: string, url: string, options: {source: string, target: string, swap: string}) => Promise<void>}} Htmx */

export class Drawer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.body = /** @type {HTMLElement} */ (root.querySelector("#discussion-body"));
    /** The address whose comments are there, "" for none. */
    this.loaded = "";
    /** Whether they were only fetched to mark the answers. */
    this.quiet = false;
    document.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.close();
    });
  }

  /** The button in the heading, which is replaced with each run. @returns {HTMLAnchorElement|null} */
  get opener() {
    return document.querySelector("a[data-comments]");
  }

  get isOpen() {
    return !this.root.hidden;
  }

  /** The page makes room for it; it is told so, as a style that looked into it with `:has()` would be looked up for each token. @param {boolean} shown */
  showRoot(shown) {
    this.root.hidden = !shown;
    this.root.parentElement?.toggleAttribute("data-discussing", shown);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest('[data-discussion="close"]')) this.close();
    if (!target.closest("a[data-comments]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.isOpen) this.close();
    else this.open().then(() => this.focus());
  }

  /** Shows the comments of the run on the page. @param {string} [at] a comment that must be among them */
  async open(at = "") {
    const opener = this.opener;
    if (!opener) return;
    this.showRoot(true);
    opener.setAttribute("aria-expanded", "true");
    if (this.loaded !== opener.href || this.quiet || at) await this.load(opener.href, at ? `?at=${at}` : "");
  }

  /** Fetches them without showing them, for the marks. */
  async prepare() {
    const opener = this.opener;
    const count = document.querySelector("#comment-count:not([hidden])");
    if (!opener || this.loaded === opener.href) return;
    if (this.isOpen) {
      opener.setAttribute("aria-expanded", "true");
      await this.load(opener.href, "");
    } else if (count) {
      await this.load(opener.href, "?quiet=1");
      this.quiet = true;
    } else {
      this.forget();
    }
  }

  /** Without settling, which would take away the classes set meanwhile. @param {string} href @param {string} query */
  async load(href, query) {
    const { htmx } = /** @type {{htmx?: Htmx}} */ (/** @type {unknown} */ (window));
    this.loaded = href;
    this.quiet = false;
    await htmx?.ajax("GET", href + query, { source: "#discussion", target: "#discussion-body", swap: "innerHTML settle:0ms" });
  }

  /** There is no run on the page any more, or one without comments. */
  forget() {
    this.loaded = "";
    this.body.replaceChildren();
    if (!this.opener) this.showRoot(false);
  }

  close() {
    this.showRoot(false);
    this.opener?.setAttribute("aria-expanded", "false");
    this.opener?.focus();
  }

  focus() {
    const field = /** @type {HTMLElement|null} */ (this.body.querySelector("textarea"));
    (field ?? /** @type {HTMLElement} */ (this.root.querySelector("h2"))).focus();
  }
}
