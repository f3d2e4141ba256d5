"""Keeps a stack up for a person: shows the start, restarts what dies, stops all when told."""

import os
import signal
import time
from types import FrameType

from playground.local.deaths import Backoff, reason
from playground.local.engines import Engines
from playground.local.limits import Limits
from playground.local.logs import rotate
from playground.local.memory import available_mib
from playground.local.stack import STORES, Stack
from setup.progress import Progress

LOOK_SECONDS = 0.2
ASK_SECONDS = 0.5
ROTATE_SECONDS = 5.0


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM: unwinds whatever the supervisor is at, so never caught as an error."""


class Supervisor:
    """Runs until `StopRequested` unwinds it. `engines` is there once the stores are up."""

    engines: Engines

    def __init__(self, stack: Stack, progress: Progress) -> None:
        self.stack = stack
        self.progress = progress
        self._backoff: dict[str, Backoff] = {}
        self._due: dict[str, float] = {}
        self._waiting: list[str] = []
        self._rotated_at = 0.0
        self._asked_at = 0.0
        self._announced = False

    def run(self) -> None:
        """Start everything, then look after it for ever."""
        self.start()
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def start(self) -> None:
        """Start in the order that is soonest done: see `Stack.start`."""
        stack = self.stack
        limits = Limits.of(os.environ, available_mib())
        stack.claim()
        with self.progress.step("Starting Postgres and Valkey"):
            stack.start_stores()
        for name in stack.names:
            if name.startswith("worker"):
                stack.spawn(name)
        self.engines = Engines(stack, limits, self.progress.say)
        self.engines.adopt(time.monotonic())
        with self.progress.step("Preparing the database"):
            stack.prepare()
        for name in stack.names:
            if not name.startswith("worker"):
                stack.spawn(name)

    def look(self) -> None:
        """One look at every process, at what is due, and at the logs."""
        now = time.monotonic()
        for name, code in self.stack.ended().items():
            if not self.engines.died(name, code, now):
                self._mourn(name, code, now)
        self.engines.look(now)
        for name in [name for name, due in self._due.items() if due <= now]:
            del self._due[name]
            self._revive(name)
        if not self._announced and now - self._asked_at > ASK_SECONDS:
            self._announce()
            self._asked_at = now
        if now - self._rotated_at > ROTATE_SECONDS:
            rotate(self.stack.logs)
            self._rotated_at = now

    def _mourn(self, name: str, code: int, now: float) -> None:
        due = self._backoff.setdefault(name, Backoff()).died(now)
        self._due[name] = due
        said = self.stack.last_words(name)
        self.progress.say(
            f"! {name} {reason(code)}; starting it again in {due - now:.1f} s. "
            f"Its last lines ({self.stack.log_of(name)}):\n{said}"
        )

    def _revive(self, name: str) -> None:
        if name in STORES:
            self.stack.restart(name)
        else:
            self.stack.spawn(name)
        self.progress.say(f"  {name} started again")

    def _announce(self) -> None:
        given_up = {f"the engine of {profile}" for profile in self.engines.failed()}
        missing = [title for title in self.stack.waiting_for() if title not in given_up]
        for title in self._waiting:
            if title not in missing:
                mark = "✗" if title in given_up else "✓"
                self.progress.end(f"Waiting for {title}", mark=mark)
                if title == "the site":
                    self.progress.say(f"  The sign-in page is up: {self.stack.url}")
        for title in missing:
            if title not in self._waiting:
                self.progress.begin(f"Waiting for {title}")
        self._waiting = missing
        if not missing:
            self._announced = True
            self._greet()

    def _greet(self) -> None:
        account = self.stack.account
        self.progress.say(
            f"\nReady: {self.stack.url}\n"
            f"Sign in as {account.email} with the password {account.password}\n"
            f"(also in {self.stack.data / 'demo.json'}). Ctrl-C stops everything."
        )


def stop_on_signals() -> None:
    """Turn Ctrl-C, SIGTERM and a closed terminal into `StopRequested`."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def hold_signals() -> None:
    """While stopping, further signals change nothing: it ends within ten seconds anyway."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
