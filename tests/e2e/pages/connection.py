"""Cutting the page's socket, as a bad network does."""

from playwright.sync_api import Page

REMEMBER = """
const Original = window.WebSocket;
window.openedSockets = [];
window.WebSocket = class extends Original {
  constructor(...given) { super(...given); window.openedSockets.push(this); }
};
"""
CUT = """() => new Promise((done) => {
  const before = window.openedSockets.length;
  window.openedSockets.at(-1).close();
  const timer = setInterval(() => {
    if (window.openedSockets.length > before) { clearInterval(timer); done(); }
  }, 20);
})"""


def remember_sockets(page: Page) -> None:
    """Before the page is opened: keeps hold of the sockets it will open."""
    page.add_init_script(REMEMBER)


def cut_connection(page: Page) -> None:
    """Closes the socket, and returns when the page tries again."""
    page.evaluate(CUT)
