"""Runs whose answers take turns, while what would send the next is broken."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from playground.local.stack import Stack
from tests.faults.browser import Browser
from tests.faults.records import query

pytestmark = pytest.mark.fault
SEQUENCE = """
SELECT * FROM inference_generation WHERE id = ANY(%s) ORDER BY turn
"""


def in_order(stack: Stack, visitor: Browser) -> list[dict[str, Any]]:
    """The run's rows by turn: all ended well, and none began before the one before had ended."""
    rows = query(stack, SEQUENCE, list(visitor.lanes))
    assert {row["status"] for row in rows} == {"done"}
    for before, after in pairwise(rows):
        assert before["finished_at"] <= after["turn_at"] <= after["started_at"]
    return rows


async def test_it_goes_on_after_the_worker_of_a_turn_was_killed(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=3, order="sequential", max_tokens=40)
    await visitor.until(lambda: any(lane.text for lane in visitor.lanes.values()), 10)
    stack.kill("worker")
    stack.spawn("worker")
    await visitor.finish()
    assert sorted(row["attempt"] for row in in_order(stack, visitor)) == [1, 1, 2]


async def test_it_goes_on_where_valkey_was_lost_between_two_turns(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=3, order="interleaved", max_tokens=30)
    await visitor.until(lambda: any(lane.text for lane in visitor.lanes.values()), 10)
    stack.kill("valkey")
    await asyncio.sleep(2)
    stack.valkey.restart()
    await visitor.finish()
    in_order(stack, visitor)
