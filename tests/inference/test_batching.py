"""Requests of many callers go to Postgres together, and wait for it where it is away."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DataError, InterfaceError, OperationalError

from inference import batching
from inference.batching import Batcher


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


class Doubling:
    """Doubles numbers and keeps the batches; raises what it is told first; 13 is unlucky."""

    def __init__(self, *errors: Exception) -> None:
        self.batches: list[list[int]] = []
        self.errors = list(errors)
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.may_go.wait(5)
        if self.errors:
            raise self.errors.pop(0)
        if 13 in items:
            raise DataError("13 is unlucky")
        self.batches.append(list(items))
        return [2 * item for item in items]


async def test_it_answers_each_caller_with_its_own(executor: ThreadPoolExecutor) -> None:
    batcher = Batcher(Doubling(), executor, limit=7)
    answers = await asyncio.gather(*(batcher.add(n) for n in range(20, 70)))
    assert answers == [2 * n for n in range(20, 70)]


async def test_it_gathers_what_comes_while_a_call_runs(executor: ThreadPoolExecutor) -> None:
    double = Doubling()
    double.may_go.clear()
    batcher = Batcher(double, executor)
    first = asyncio.create_task(batcher.add(1))
    await asyncio.sleep(0.02)
    rest = [asyncio.create_task(batcher.add(n)) for n in (2, 3, 4)]
    await asyncio.sleep(0.02)
    double.may_go.set()
    await asyncio.gather(first, *rest)
    assert double.batches == [[1], [2, 3, 4]]


@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("closed")])
async def test_it_tries_again_while_postgres_is_away(
    executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(batching, "RETRY_SECONDS", (0.001,))
    batcher = Batcher(Doubling(error, error, error), executor)
    assert await batcher.add(4) == 8


async def test_it_fails_only_the_item_that_is_refused(executor: ThreadPoolExecutor) -> None:
    batcher = Batcher(Doubling(), executor)
    async with asyncio.timeout(5):
        answers = await asyncio.gather(
            *(batcher.add(n) for n in (12, 13, 14)), return_exceptions=True
        )
    assert answers[0] == 24
    assert isinstance(answers[1], DataError)
    assert answers[2] == 28
    assert await batcher.add(15) == 30


async def test_it_serves_the_others_when_one_caller_gives_up(executor: ThreadPoolExecutor) -> None:
    double = Doubling()
    double.may_go.clear()
    batcher = Batcher(double, executor)
    gone, kept = asyncio.create_task(batcher.add(1)), asyncio.create_task(batcher.add(2))
    await asyncio.sleep(0.02)
    gone.cancel()
    double.may_go.set()
    assert await kept == 4
