"""Engines that start when they are wanted, make room, fail alone, and stop when nobody uses them.

One supervisor for all of these, with memory for one engine beside the one that always runs.
"""

import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.browser import Browser, sign_in
from tests.local.supervised import Supervised, declared

pytestmark = pytest.mark.fault
PROFILES = declared("quick") + declared("other") + declared("wrong", interval='"soon"')
IDLE_SECONDS = 8


@pytest.fixture(scope="module")
def site() -> Iterator[Supervised]:
    with tempfile.TemporaryDirectory(prefix="playground-engines-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        supervised = Supervised(
            folder, PROFILES,
            PLAYGROUND_ENGINE_MEMORY_MIB="1000", PLAYGROUND_ENGINE_IDLE_SECONDS=str(IDLE_SECONDS),
        )  # fmt: skip
        try:
            supervised.wait_ready()
            yield supervised
        finally:
            supervised.stop()


@pytest.fixture(scope="module")
def cookie(site: Supervised) -> str:
    return sign_in(site.stack)


@pytest.fixture
async def visitor(site: Supervised, cookie: str) -> AsyncIterator[Browser]:
    visitor = Browser(site.stack, cookie)
    yield visitor
    await visitor.close()


async def run(visitor: Browser, profile: str, tokens: int = 5) -> dict[str, Any]:
    """Press Run with one lane of this profile."""
    visitor.profile = profile
    return await visitor.run(max_tokens=tokens)


async def test_it_starts_an_engine_on_first_use_and_the_lane_says_so(
    site: Supervised, visitor: Browser
) -> None:
    answer = await run(visitor, "quick")
    assert answer["notice"] == "The engine for quick words is starting."
    await visitor.finish()
    assert any(d.startswith("Starting the engine for quick words, ") for d in visitor.lane.details)
    assert (visitor.lane.status, visitor.lane.attempt) == ("done", 1)
    launch = site.until("quick", lambda launch: launch.state == "ready")
    assert (launch.always, launch.deaths) == (False, 0)
    assert launch.took > 0


async def test_it_stops_an_idle_engine_to_make_room_and_waits_for_a_busy_one(
    site: Supervised, visitor: Browser, cookie: str
) -> None:
    await run(visitor, "other", 2000)
    await visitor.streaming()
    assert site.launch("quick").state in ("stopping", "stopped")
    second = Browser(site.stack, cookie)
    await run(second, "quick")
    words = "waits for memory. It needs 600 MiB of memory and "
    await second.until(lambda: any(words in d for d in second.lane.details))
    await visitor.send({"type": "stop", "generation": visitor.generation})
    await visitor.finish()
    await second.finish()
    assert (visitor.lane.status, second.lane.status) == ("stopped", "done")
    assert site.launch("other").reason == "It gave way to another engine."
    await second.close()


async def test_it_starts_again_what_was_killed_at_work(site: Supervised, visitor: Browser) -> None:
    await run(visitor, "quick", 200)
    await visitor.streaming()
    os.kill(site.launch("quick").pid, signal.SIGKILL)
    await visitor.finish(60)
    assert (visitor.lane.status, visitor.lane.attempt) == ("done", 2)
    assert visitor.lane.text.startswith(visitor.lane.lost[1])
    assert "The worker was lost. Attempt 2 of 3 follows." in visitor.lane.details


async def test_it_gives_up_one_that_dies_while_it_loads_and_harms_no_other(
    site: Supervised, visitor: Browser, cookie: str
) -> None:
    await run(visitor, "wrong")
    other = Browser(site.stack, cookie)
    await run(other, "scripted")
    await other.finish()
    assert other.lane.status == "done"
    await visitor.finish(60)
    reason = "The engine could not be started. Could not convert string to float: 'soon'."
    assert (visitor.lane.status, visitor.lane.end["error"]) == ("failed", reason)
    assert site.launch("wrong").deaths == 3
    refused = await run(other, "wrong")
    assert (refused["type"], refused["field"]) == ("error", "lanes.0.profile")
    assert "Could not convert string to float: 'soon'." in refused["message"]
    await other.close()


def test_it_tries_a_failed_one_again_when_it_is_told_to(site: Supervised) -> None:
    site.ask("wrong", "start")
    site.ask("quick", "start")
    site.until("quick", lambda launch: launch.state != "stopped")
    assert site.launch("wrong").state == "failed"
    site.ask("wrong", "retry")
    site.until("wrong", lambda launch: launch.state in ("waiting", "starting"))
    site.ask("wrong", "stop")
    site.until("wrong", lambda launch: launch.state == "stopped")


def test_it_survives_wants_for_what_there_is_not(site: Supervised) -> None:
    for name in ("../../etc", "x" * 300, "no-such-profile"):
        site.ask(name, "start")
    site.until("no-such-profile", lambda launch: launch.state in ("waiting", "starting"))
    site.ask("no-such-profile", "stop")
    site.until("no-such-profile", lambda launch: launch.state == "stopped")
    assert site.process.poll() is None


def test_it_stops_what_nobody_uses(site: Supervised) -> None:
    site.ask("quick", "retry")
    pid = site.until("quick", lambda launch: launch.state == "ready").pid
    launch = site.until("quick", lambda launch: launch.state == "stopped", IDLE_SECONDS + 15)
    assert launch.reason == f"It was idle for {IDLE_SECONDS} s."
    assert not Path(f"/proc/{pid}").exists()
    assert site.launch("scripted").state == "ready"
