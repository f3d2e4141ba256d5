"""Valkey and Postgres that go away and come back."""

import pytest

from playground.local.stack import Stack
from tests.faults.browser import Browser
from tests.faults.records import attempts, count, generation

pytestmark = pytest.mark.fault


async def test_it_loses_nothing_over_three_restarts_of_valkey(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=2, max_tokens=200)
    await visitor.streaming()
    for pieces in (30, 70, 110):
        await visitor.streaming(pieces)
        stack.restart("valkey")
    await visitor.finish()
    for id, lane in visitor.lanes.items():
        row = generation(stack, id)
        assert (row["status"], row["attempt"], row["output_tokens"]) == ("done", 1, 200)
        assert (lane.text, lane.tokens) == (row["text"], 200)
    await visitor.run(max_tokens=3)
    await visitor.finish()


async def test_it_loses_nothing_where_valkey_is_killed(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=100)
    await visitor.streaming(20)
    stack.kill("valkey")
    await visitor.nothing_for(1)
    stack.valkey.restart()
    await visitor.finish()
    assert visitor.lane.text == generation(stack, visitor.generation)["text"]


async def test_it_refuses_to_run_while_valkey_is_away(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=2)
    await visitor.finish()
    before = count(stack)
    stack.kill("valkey")
    try:
        answer = await visitor.run(max_tokens=2)
    finally:
        stack.valkey.restart()
    assert (answer["type"], answer["code"]) == ("error", "unavailable")
    assert count(stack) == before
    answer = await visitor.run(max_tokens=2)
    assert answer["type"] == "accepted"
    await visitor.finish()


async def test_it_stores_the_end_once_where_postgres_is_restarted(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=2, max_tokens=100)
    await visitor.streaming()
    for _ in range(2):
        stack.restart("postgres")
        await visitor.nothing_for(0.5)
    await visitor.finish()
    for id, lane in visitor.lanes.items():
        row = generation(stack, id)
        assert (row["status"], row["attempt"], row["text"]) == ("done", 1, lane.text)
        assert len(attempts(stack, id)) == 1


async def test_it_serves_an_open_page_after_postgres_was_restarted(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(max_tokens=2)
    await visitor.finish()
    stack.kill("postgres")
    answer = await visitor.run(max_tokens=2)
    assert (answer["type"], answer["code"]) == ("error", "unavailable")
    stack.postgres.restart()
    answer = await visitor.run(max_tokens=2)
    assert answer["type"] == "accepted"
    await visitor.finish()
    stack.wait_ready(10)
