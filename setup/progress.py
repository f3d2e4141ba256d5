"""Tells a person what is being waited for, and for how long.

On a terminal one line is redrawn in place; elsewhere there is a line for each step's start and end,
and one every five seconds in between.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

REDRAW_SECONDS = 0.2
REPEAT_SECONDS = 5.0


class Progress:
    """The running steps, shown until they end. Steps may overlap, and may end on any thread."""

    def __init__(self, stream: TextIO = sys.stdout, *, live: bool | None = None) -> None:
        self._stream = stream
        self._live = stream.isatty() if live is None else live
        self._lock = threading.RLock()
        self._running: dict[str, float] = {}
        self._drawn = 0
        self._closed = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
        self._ticker.start()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a step for as long as the body runs."""
        self.begin(title)
        try:
            yield
        except BaseException:
            self.end(title, mark="✗")
            raise
        self.end(title)

    def begin(self, title: str) -> None:
        """Start showing a step."""
        with self._lock:
            self._running[title] = time.monotonic()
            if not self._live:
                self.say(f"  {title} …")

    def end(self, title: str, *, mark: str = "✓") -> None:
        """Say how long the step took; nothing when it is not running."""
        with self._lock:
            started = self._running.pop(title, None)
            if started is not None:
                self.say(f"{mark} {title} ({time.monotonic() - started:.1f} s)")

    def say(self, line: str) -> None:
        """Print a line of its own, above the running steps."""
        with self._lock:
            self._erase()
            print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """Stop drawing. Steps still running vanish without a word."""
        with self._lock:
            self._closed.set()
            self._running.clear()
            self._erase()

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0

    def _tick(self) -> None:
        pause = REDRAW_SECONDS if self._live else REPEAT_SECONDS
        while not self._closed.wait(pause):
            with self._lock:
                if self._running and not self._closed.is_set():
                    self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        steps = [f"{title} … {now - since:.0f} s" for title, since in self._running.items()]
        if not self._live:
            self.say("  " + " · ".join(f"still {step}" for step in steps))
            return
        line = ("  " + " · ".join(steps))[:100]
        self._stream.write("\r" + line.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(line)
