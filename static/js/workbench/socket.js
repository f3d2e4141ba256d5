// @ts-check
/**
 * The page's one connection: it comes back by itself, and says what it is waiting for.
 *
 * @typedef {"open" | "waiting" | "closed"} ConnectionState
 * @typedef {object} Listener
 * @property {(events: import("./events.js").WorkbenchEvent[]) => void} onEvents
 * @property {() => void} onOpen after each connect: ask for what was missed
 * @property {(state: ConnectionState, text: string) => void} onState
 * @property {(code: number) => void} onRefused the server ended the connection over something sent
 */
const SIGNED_OUT = 4401;
const FOREIGN_ORIGIN = 4403;
const TOO_LARGE = 1009;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;

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
      this.failures = 0;
      this.listener.onState("open", "Live");
      this.listener.onOpen();
    };
    socket.onmessage = (frame) => this.listener.onEvents(JSON.parse(frame.data).events);
    socket.onclose = (event) => this.closed(event.code);
  }

  /** Sends it, or says that it could not. @param {object} message @returns {boolean} */
  send(message) {
    if (!this.isOpen || !this.socket) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    if (code === TOO_LARGE) this.listener.onRefused(code);
    if (code === SIGNED_OUT) return this.listener.onState("closed", "You are signed out.");
    if (code === FOREIGN_ORIGIN) {
      return this.listener.onState("closed", "This address may not connect. Open the site by its own address.");
    }
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS) * (0.5 + Math.random());
    this.failures += 1;
    this.listener.onState("waiting", "Reconnecting…");
    this.timer = setTimeout(() => this.connect(), wait);
  }

  /** The network is back, or the page is looked at again: no need to sit out the wait. */
  retryNow() {
    if (this.socket || !this.timer || !this.failures) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
