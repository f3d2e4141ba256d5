// @ts-check
/** The answer's text: appended as text, never as markup, and followed unless the reader scrolls up. */
const NEAR_END_PX = 40;
const LONGEST_NODE = 2000;

export class Output {
  /** @param {HTMLElement} lane */
  constructor(lane) {
    this.scroll = /** @type {HTMLElement} */ (lane.querySelector("[data-scroll]"));
    this.target = /** @type {HTMLElement} */ (lane.querySelector("[data-text]"));
    this.empty = /** @type {HTMLElement} */ (lane.querySelector("[data-empty]"));
    this.caret = /** @type {HTMLElement} */ (lane.querySelector("[data-caret]"));
    this.mark = /** @type {HTMLElement} */ (lane.querySelector("[data-stopmark]"));
    this.latest = /** @type {HTMLElement} */ (lane.querySelector("[data-action=latest]"));
    this.shown = "";
    this.following = true;
    this.live = false;
    this.scroll.addEventListener("scroll", () => this.noticeScroll(), { passive: true });
    this.latest.addEventListener("click", () => this.follow());
  }

  /**
   * Shows `text`. What is there already stays as it is when the text goes on from it.
   *
   * @param {string} text @param {boolean} live @param {string} ending why it ends early, if it does
   */
  show(text, live, ending) {
    this.live = live;
    if (!text.startsWith(this.shown)) this.clear();
    if (text.length > this.shown.length) this.append(text.slice(this.shown.length));
    this.shown = text;
    this.empty.hidden = true;
    this.caret.hidden = !live;
    this.mark.hidden = !ending;
    this.mark.textContent = ending;
    this.scroll.setAttribute("aria-busy", String(live));
    if (this.following && live) this.scroll.scrollTop = this.scroll.scrollHeight;
    this.latest.hidden = this.following || !live;
  }

  /** @param {string} chunk */
  append(chunk) {
    const last = this.target.lastChild;
    if (last instanceof Text && last.length < LONGEST_NODE) last.appendData(chunk);
    else this.target.append(document.createTextNode(chunk));
  }

  clear() {
    this.target.replaceChildren();
    this.shown = "";
    this.following = true;
  }

  noticeScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.latest.hidden = this.following || !this.live;
  }

  follow() {
    this.following = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.latest.hidden = true;
  }
}
