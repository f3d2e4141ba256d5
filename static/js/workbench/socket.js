// @ts-check
/**
 * The page's one connection: it comes back by itself, and says what it is waiting for.
 *
 * @typedef {"open" | "waiting" | "closed" | "shut"} ConnectionState
 * @typedef {object} Listener
 * @property {(events: import("./events.js").WorkbenchEvent[]) => void} onEvents
 * @property {() => void} onOpen after each connect: ask for what was missed
 * @property {(state: ConnectionState, text: string) => void} onState
 * @property {(code: number) => void} onRefused the server ended the connection over something sent
 */
const SIGNED_OUT = 4401;
const SHUT_OUT = 4403;
const ROLE_CHANGED = 4409;
const TOO_LARGE = 1009;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;
const TURNED_AWAY_MS = 1500;

export class Connection {
  /** @param {string} path @param {Listener} listener */
  constructor(path, listener) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.url = `${scheme}//${location.host}${path}`;
    this.listener = listener;
    this.failures = 0;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.timer = 0;
    this.openedAt = -Infinity;
    addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    this.listener.onState("waiting", this.failures ? "Reconnecting…" : "Connecting…");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.openedAt = performance.now();
      this.failures = 0;
      this.listener.onState("open", "Live");
      this.listener.onOpen();
    };
    socket.onmessage = (frame) => this.listener.onEvents(JSON.parse(frame.data).events);
    socket.onclose = (event) => this.closed(event.code, event.reason);
  }

  /** Sends it, or says that it could not. @param {object} message @returns {boolean} */
  send(message) {
    if (!this.isOpen || !this.socket) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {number} code @param {string} reason */
  closed(code, reason) {
    this.socket = null;
    if (code === TOO_LARGE) this.listener.onRefused(code);
    if (code === SIGNED_OUT && !this.hasJustOpened) return this.connect();
    if (code === SIGNED_OUT) return this.listener.onState("closed", "You are signed out.");
    // What the page offers goes by the role. What was typed is kept, and comes back with the page.
    if (code === ROLE_CHANGED) return location.reload();
    if (code === SHUT_OUT) return this.listener.onState("shut", reason || "You are no longer in this team.");
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS) * (0.5 + Math.random());
    this.failures += 1;
    this.listener.onState("waiting", "Reconnecting…");
    this.timer = setTimeout(() => this.connect(), wait);
  }

  /**
   * Whether the server closed it at the door. One that was open for longer may have lost a sign-in
   * that this browser has renewed since, by a new password say: that is worth knocking once more.
   */
  get hasJustOpened() {
    return performance.now() - this.openedAt < TURNED_AWAY_MS;
  }

  /** The network is back, or the page is looked at again: no need to sit out the wait. */
  retryNow() {
    if (this.socket || !this.timer || !this.failures) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
