// @ts-check
/**
 * What was typed and not yet run: sent to the server a moment after it is typed, kept in this tab
 * until the server has it. Knows nothing of the page but what it is handed.
 *
 * @typedef {import("./events.js").KeptDraft} KeptDraft
 * @typedef {import("./page_state.js").PageState & {open: Record<string, boolean>, on: number|null}} Draft
 * @typedef {{revision: number, state: Partial<Draft>|null, set_aside: KeptDraft[]}} OpenedDraft
 * @typedef {object} Desk
 * @property {(message: object) => boolean} send
 * @property {() => Partial<Draft>} read
 * @property {(state: Partial<Draft>) => void} show
 * @property {(kept: KeptDraft[]) => void} showKept
 * @property {(message: object) => void} sendLast for a page that goes away
 */
export const WAIT_MS = 400;

/** Whether something was typed or set. @param {Partial<Draft>|null} state */
export const hasText = (state) => Boolean(state && "lanes" in state);

/** What of a state Run sends, however its lanes are named. @param {Partial<Draft>} state */
const said = ({ open: _open, on: _on, lanes, ...texts }) => JSON.stringify({
  ...texts, lanes: lanes?.map(({ profile, settings, preset }) => ({ profile, settings, preset })),
});

export class Drafts {
  /** @param {Desk} desk @param {string} tab @param {string|null} session @param {Storage} storage */
  constructor(desk, tab, session, storage) {
    this.desk = desk;
    this.tab = tab;
    this.session = session;
    this.storage = storage;
    /** The revision that the page shows. */
    this.base = 0;
    /** Typed since the last run: the page's texts are a draft. */
    this.edited = false;
    /** Typed since the last write. */
    this.dirty = false;
    this.unanswered = 0;
    /** Another tab's draft that came while ours was under way. @type {import("./events.js").DraftChangedEvent|null} */
    this.passedOver = null;
    this.timer = 0;
    /** States to be kept beside the draft that have not been sent. @type {object[]} */
    this.aside = [];
    this.pressed = this.pressedOpen = "";
  }

  get key() {
    return `draft:${this.session ?? "new"}`;
  }

  /** The page opens: with what this tab still holds, or else with the server's. @param {OpenedDraft} opened @param {number|null} run */
  begin(opened, run) {
    const kept = this.kept();
    this.desk.showKept(opened.set_aside);
    this.base = opened.revision;
    if (kept && (kept.state.on ?? null) === run) {
      this.base = kept.base;
      this.edited = this.dirty = true;
      this.desk.show(kept.state);
    } else if (opened.state) {
      this.edited = hasText(opened.state);
      this.desk.show(opened.state);
    }
  }

  /** @param {boolean} typed false where only a part was folded */
  changed(typed) {
    this.edited ||= typed;
    this.dirty = true;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT_MS);
  }

  get message() {
    return { type: "draft", tab: this.tab, session: this.session, base: this.base, state: this.state };
  }

  /** A page whose texts are those of its run has no draft of them. @returns {Partial<Draft>} */
  get state() {
    const state = this.desk.read();
    return this.edited ? state : { open: state.open };
  }

  flush() {
    clearTimeout(this.timer);
    this.sendAside();
    if (!this.dirty || !this.desk.send(this.message)) return;
    this.dirty = false;
    this.unanswered += 1;
  }

  /** The page goes away: once more by a way that outlives it. The same state twice is one write. */
  leave() {
    const unsaved = this.dirty || this.unanswered > 0;
    const { message } = this;
    this.flush();
    if (unsaved) this.desk.sendLast(message);
  }

  /** The connection was lost: what was under way may not have arrived. */
  lost() {
    this.dirty ||= this.unanswered > 0;
    this.unanswered = 0;
  }

  /** @param {import("./events.js").DraftSavedEvent} event */
  saved(event) {
    if (event.session !== this.session) return;
    this.unanswered = Math.max(0, this.unanswered - 1);
    this.base = Math.max(this.base, event.revision);
    this.desk.showKept(event.set_aside);
    if (!this.dirty && !this.unanswered) this.storage.removeItem(this.key);
    const { passedOver } = this;
    this.passedOver = null;
    if (passedOver && passedOver.revision > event.revision) this.replaced(passedOver);
  }

  /** The server could not keep it just now: once more in a moment. */
  delayed() {
    if (!this.unanswered) return;
    this.lost();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 2000);
  }

  /** It was not kept: too large, say. This tab still holds it. */
  refused() {
    this.unanswered = Math.max(0, this.unanswered - 1);
  }

  /** Another tab wrote. What is being typed here is not taken away: it is written next. @param {import("./events.js").DraftChangedEvent} event */
  replaced(event) {
    if (event.session !== this.session || event.revision <= this.base) return;
    if (this.dirty) this.flush();
    if (this.unanswered) {
      this.passedOver = event;
      return;
    }
    this.base = event.revision;
    this.desk.showKept(event.set_aside);
    if (!hasText(event.state)) return;
    this.edited = true;
    this.desk.show(event.state);
  }

  /** Keeps what stands on the page beside the draft; without a connection, as soon as there is one. */
  putAside() {
    this.aside.push({ type: "put_aside", tab: this.tab, session: this.session, state: this.state });
    this.sendAside();
  }

  sendAside() {
    while (this.aside.length && this.desk.send(this.aside[0])) {
      this.aside.shift();
      this.unanswered += 1;
    }
  }

  /** @param {number} id */
  takeBack(id) {
    this.flush();
    this.desk.send({ type: "take_back", tab: this.tab, session: this.session, id });
  }

  forget() {
    this.desk.send({ type: "forget_set_aside", session: this.session });
    this.desk.showKept([]);
  }

  /** Run was pressed. */
  run() {
    this.flush();
    const state = this.desk.read();
    [this.pressed, this.pressedOpen] = [said(state), JSON.stringify(state.open)];
  }

  /** It was accepted: what was typed is the run's now, but for what was typed since. @param {string} session */
  ran(session) {
    this.settle(session);
    const state = this.desk.read();
    if (said(state) !== this.pressed) this.changed(true);
    else if (JSON.stringify(state.open) !== this.pressedOpen) this.changed(false);
  }

  /** The page shows a run of this session, and nothing beyond it. @param {string} session */
  settle(session) {
    clearTimeout(this.timer);
    this.storage.removeItem(this.key);
    if (session !== this.session) [this.base, this.unanswered, this.passedOver] = [0, 0, null];
    if (session !== this.session) this.desk.showKept([]);
    this.session = session;
    this.edited = this.dirty = false;
  }

  keep() {
    try {
      this.storage.setItem(this.key, JSON.stringify({ base: this.base, state: this.state }));
    } catch {
      this.storage.removeItem(this.key); // full: the server still has it in a moment
    }
  }

  /** @returns {{base: number, state: Partial<Draft>}|null} */
  kept() {
    const kept = JSON.parse(this.storage.getItem(this.key) ?? "null");
    return kept && hasText(kept.state) ? kept : null;
  }
}
