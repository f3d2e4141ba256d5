"""When Chromium has painted a page: by a real web process, on the data that is measured."""

import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from bench.system import ROOT
from bench.table import quantile
from playground.local.processes import end, spawn

CHROMIUM = "/usr/bin/chromium"
ROUNDS = 3
# Since the page was asked for: the first paint, the largest part of it, and a mark of the page's
# own script when the charts are on their canvases.
TIMES = """
() => new Promise((found) => {
  const largest = [];
  new PerformanceObserver((list) => largest.push(...list.getEntries()))
    .observe({ type: "largest-contentful-paint", buffered: true });
  const look = () => {
    const [drawn] = performance.getEntriesByName("usage-drawn");
    if (!drawn || !largest.length) return setTimeout(look, 20);
    found([performance.getEntriesByName("first-contentful-paint")[0].startTime,
           largest.at(-1).startTime, drawn.startTime]);
  };
  look();
})
"""


class Painted(NamedTuple):
    """Milliseconds since the page was asked for."""

    first: float
    largest: float
    drawn: float


@contextmanager
def web() -> Iterator[str]:
    """A web process on the stores that the environment names; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "playground.asgi:application", "--ws", "websockets-sansio",
        "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        process = spawn(command, environment=dict(os.environ), folder=ROOT, output=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield address
        finally:
            end(process, signal.SIGTERM, 5)


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The web process did not answer within 60 s.")


def paint(session: str, pages: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Painted]]:
    """Each page's name and times: the median of ROUNDS, after one to warm up."""
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop in this thread, beside which Django's database must not be used.
    with web() as address, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM if Path(CHROMIUM).exists() else None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        tab = context.new_page()
        for name, path in pages:
            yield name, _median([_open(tab, address + path) for _ in range(ROUNDS + 1)][1:])
        browser.close()


def _open(tab: Any, address: str) -> Painted:
    tab.goto(address, wait_until="load")
    return Painted(*tab.evaluate(TIMES))


def _median(every: list[Painted]) -> Painted:
    return Painted(*(quantile(list(column), 0.5) for column in zip(*every, strict=True)))
