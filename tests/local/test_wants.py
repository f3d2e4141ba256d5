"""What is wanted while memory, a folder or Valkey is missing: nothing of it ends the supervisor."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from inference import launches
from inference.launches import LaunchState, Want
from playground.local.engines import FORGET_SECONDS, LOOK_SECONDS, Engines
from playground.local.limits import Limits
from playground.local.stack import Stack


class Kept:
    """Engines of a stack whose stores alone run, looked at by a clock of the test's own."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.said: list[str] = []
        self.engines = Engines(stack, Limits(1000, 60, 60), self.said.append)
        self.client = redis.Redis.from_url(stack.valkey.url)
        self.now = 1000.0

    def want(self, profile: str, memory: int = 600, *, by_person: bool = False) -> None:
        want = Want(verb="start", memory_mib=memory, by_person=by_person)
        launches.want(self.client, {profile: want})

    def look(self, after: float = LOOK_SECONDS) -> None:
        self.now += after
        self.engines.look(self.now)

    def state(self, profile: str) -> LaunchState:
        return self.engines.supervision().launches[profile].state


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="playground-wants-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        stack = Stack(folder / "data", profiles=())
        stack.claim()
        stack.start_stores()
        yield stack
        stack.stop()


@pytest.fixture
def kept(stack: Stack) -> Iterator[Kept]:
    kept = Kept(stack)
    kept.client.flushall()
    yield kept
    for name in list(stack.processes):
        stack.end(name)


def test_it_forgets_who_waits_for_memory_that_nobody_wants_any_more(kept: Kept) -> None:
    kept.want("first")
    kept.look()
    kept.want("second")
    kept.want("third", by_person=True)
    kept.look()
    assert [kept.state(name) for name in ("first", "second", "third")] == [
        "starting", "waiting", "waiting"
    ]  # fmt: skip
    kept.want("second")
    kept.look(FORGET_SECONDS - 1)
    assert kept.state("second") == "waiting"
    kept.look(FORGET_SECONDS + 1)
    assert [kept.state(name) for name in ("second", "third")] == ["stopped", "waiting"]


def test_it_publishes_what_it_knows_and_takes_each_want_once(kept: Kept) -> None:
    kept.want("huge", 5000)
    kept.look()
    found = launches.supervision(kept.client)
    assert found is not None
    assert (found.budget_mib, found.taken_mib) == (1000, 0)
    assert found.launches["huge"].state == "failed"
    assert "It needs 5,000 MiB" in found.launches["huge"].reason
    assert launches.take_wants(kept.client) == {}


def test_it_says_that_a_worker_could_not_be_started_at_all(kept: Kept) -> None:
    shutil.rmtree(kept.stack.logs)
    kept.want("first")
    kept.look()
    launch = kept.engines.supervision().launches["first"]
    assert (launch.state, launch.pid) == ("failed", 0)
    assert launch.reason == "Its worker could not be started: No such file or directory."
    kept.stack.logs.mkdir()


def test_it_goes_on_when_valkey_is_back(kept: Kept) -> None:
    kept.want("first")
    kept.stack.valkey.kill()
    kept.look()
    kept.stack.valkey.restart()
    kept.look()
    assert kept.state("first") == "starting"


def test_it_ends_what_loads_for_too_long(kept: Kept) -> None:
    kept.want("first")
    kept.look()
    process = kept.stack.processes["worker-first"]
    kept.look(61)
    assert process.wait(10) == -9
