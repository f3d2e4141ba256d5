"""Keeps a stack up for a person: shows the start, restarts what dies, stops all when told."""

import signal
import time
from dataclasses import dataclass
from types import FrameType

from playground.local.logs import rotate
from playground.local.stack import STORES, Stack
from setup.progress import Progress

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0
LOOK_SECONDS = 0.2
ASK_SECONDS = 0.5
ROTATE_SECONDS = 5.0


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM: unwinds whatever the supervisor is at, so never caught as an error."""


@dataclass(slots=True)
class Backoff:
    """How long to leave a process that died alone: longer each time, until it has been calm."""

    pause: float = 0.0
    died_at: float = 0.0

    def died(self, now: float) -> float:
        """Note a death; returns when to start again, on the same clock."""
        calm = now - self.died_at > CALM_SECONDS
        self.pause = FIRST_PAUSE_SECONDS if calm or not self.pause else self.pause * 2
        self.pause = min(self.pause, LONGEST_PAUSE_SECONDS)
        self.died_at = now
        return now + self.pause


def reason(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"exited with code {code}"


class Supervisor:
    """Runs until `StopRequested` unwinds it."""

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
        stack.claim()
        with self.progress.step("Starting Postgres and Valkey"):
            stack.start_stores()
        for name in stack.names:
            if name.startswith("worker"):
                stack.spawn(name)
        with self.progress.step("Preparing the database"):
            stack.prepare()
        for name in stack.names:
            if not name.startswith("worker"):
                stack.spawn(name)

    def look(self) -> None:
        """One look at every process, at what is due, and at the logs."""
        now = time.monotonic()
        for name, code in self.stack.ended().items():
            self._mourn(name, code, now)
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
            f"Its last lines ({self.stack.logs / name}.log):\n{said}"
        )

    def _revive(self, name: str) -> None:
        if name in STORES:
            self.stack.restart(name)
        else:
            self.stack.spawn(name)
        self.progress.say(f"  {name} started again")

    def _announce(self) -> None:
        missing = self.stack.waiting_for()
        for title in self._waiting:
            if title not in missing:
                self.progress.end(f"Waiting for {title}")
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
