"""Workers and engines that die, are restarted, or are not there."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest
from celery import Celery

from playground.local.stack import Stack
from tests.faults.browser import Browser
from tests.faults.records import attempts, generation

pytestmark = pytest.mark.fault


async def test_it_begins_again_after_a_worker_was_killed(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=100)
    await visitor.streaming()
    stack.kill("worker")
    killed = time.monotonic()
    stack.spawn("worker")
    await visitor.until(lambda: visitor.lane.attempt == 2, 25)
    assert time.monotonic() - killed < 22
    assert "The worker was lost. Attempt 2 of 3 follows." in visitor.lane.details
    await visitor.finish()
    row, (first, second) = (
        generation(stack, visitor.generation),
        attempts(stack, visitor.generation),
    )
    assert first["text"].startswith(visitor.lane.lost[1])
    assert (first["outcome"], second["outcome"], row["status"]) == ("lost", "done", "done")
    assert (visitor.lane.text, visitor.lane.tokens) == (row["text"], row["output_tokens"])


async def test_it_builds_a_dead_engine_anew(
    stack: Stack, visitor: Browser, engine_with: Callable[..., None]
) -> None:
    engine_with(die_after=40)
    await visitor.run(lanes=2, max_tokens=60)
    await visitor.finish()
    for id, lane in visitor.lanes.items():
        row = generation(stack, id)
        assert "The engine stopped while this was running. Attempt 2 of 3 follows." in lane.details
        assert (row["status"], row["attempt"], row["text"]) == ("done", 2, lane.text)
        assert attempts(stack, id)[0]["text"].startswith(lane.lost[1])
    await visitor.run(max_tokens=3)
    await visitor.finish()


async def test_it_says_that_no_worker_runs_and_starts_when_one_comes(
    stack: Stack, visitor: Browser
) -> None:
    stack.end("worker", 10)
    await asyncio.sleep(8)
    begun = time.monotonic()
    answer = await visitor.run(max_tokens=5)
    assert time.monotonic() - begun < 1
    assert "No engine is running for Scripted engine" in answer["notice"]
    await visitor.until(lambda: any("No engine is running" in d for d in visitor.lane.details), 5)
    stack.spawn("worker")
    await visitor.finish()
    assert visitor.lane.status == "done"


async def test_it_lets_short_runs_finish_before_a_worker_ends(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(max_tokens=60)
    await visitor.streaming(2)
    os.kill(stack.processes["worker"].pid, signal.SIGTERM)
    await visitor.finish()
    assert (visitor.lane.status, visitor.lane.attempt) == ("done", 1)
    stack.restart("worker")


async def test_it_hands_long_runs_back_before_a_worker_ends(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=250)
    await visitor.streaming(2)
    stack.restart("worker")
    await visitor.finish()
    row = generation(stack, visitor.generation)
    assert "The worker was restarted. Attempt 2 of 3 follows." in visitor.lane.details
    assert (row["status"], row["attempt"], row["text"]) == ("done", 2, visitor.lane.text)


async def test_it_runs_once_what_is_delivered_five_times(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=40)
    broker = stack.valkey.url.replace("unix://", "redis+socket://")
    with Celery(broker=broker, set_as_current=False) as celery:
        for _ in range(5):
            celery.send_task(
                "inference.tasks.generate", [visitor.generation], queue="engine.scripted"
            )
    await visitor.finish()
    await visitor.nothing_for(1)
    assert [row["outcome"] for row in attempts(stack, visitor.generation)] == ["done"]
    assert visitor.lane.text == generation(stack, visitor.generation)["text"]


async def test_it_stops_the_engine_at_once_and_keeps_the_text(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=2, max_tokens=2000)
    await visitor.streaming()
    stopped, kept = visitor.lanes
    begun = time.monotonic()
    await visitor.send({"type": "stop", "generation": stopped})
    await visitor.until(lambda: bool(visitor.lanes[stopped].end))
    assert time.monotonic() - begun < 0.5, "the engine has 200 ms, the way back some more"
    row = generation(stack, stopped)
    assert (row["status"], row["finish_reason"]) == ("stopped", "abort")
    assert row["text"] == visitor.lanes[stopped].text != ""
    assert not visitor.lanes[kept].end
    await visitor.send({"type": "stop_all", "comparison": visitor.answers[-1]["comparison"]["id"]})
    await visitor.finish()
