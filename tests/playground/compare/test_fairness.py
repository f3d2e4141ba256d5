"""Runs whose answers take turns, from the press of Run to the figures."""

import uuid
from datetime import timedelta

import pytest
import redis
from django.db.models import F

from inference.analysis.fairness import MODES
from inference.dispatch import queue_of
from inference.models import Generation
from playground.compare.fairness import turns_of
from playground.compare.models import Comparison
from playground.compare.storing import StoredLane, StoredRun
from playground.local.valkey import Valkey
from tests.factories import Cast
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)


async def test_it_sends_the_first_answer_alone(cast: Cast, valkey: Valkey) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(order="sequential", lanes=[lane(samples=2), lane(), lane()]))
    assert "One answer at a time" in answer["notice"]
    with redis.Redis.from_url(valkey.url) as client:
        assert client.llen(queue_of("small")) == 1
    rows = [row async for row in Generation.objects.order_by("turn")]
    assert [row.turn for row in rows] == [0, 1, 2, 3]
    assert [row.turn_at is None for row in rows] == [False, True, True, True]
    assert len({row.sequence for row in rows}) == 1


async def test_it_keeps_what_the_order_was_drawn_from(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(order="interleaved"))
    stored = await Comparison.objects.aget()
    assert stored.lane_order == "interleaved"
    ids = [each["generation"] for each in answer["lanes"]]
    made = StoredRun(uuid.uuid4(), stored.pk, 1, [_lane([[id]]) for id in ids])
    again = turns_of(made, "interleaved", stored.lane_order_seed or 0)
    assert again == {row.pk: row.turn async for row in Generation.objects.all()}


async def test_all_at_once_is_as_before(cast: Cast, valkey: Valkey) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run())
    with redis.Redis.from_url(valkey.url) as client:
        assert client.llen(queue_of("small")) == 2
    assert {row.sequence async for row in Generation.objects.all()} == {None}
    stored = await Comparison.objects.aget()
    assert (stored.lane_order, stored.lane_order_seed) == ("concurrent", None)


async def test_it_refuses_an_order_that_it_does_not_know(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        assert (await page.ask(run(order="random")))["code"] == "bad_input"
    assert await Comparison.objects.acount() == 0


async def test_a_lane_that_waits_for_its_turn_says_so(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run(order="sequential"))
        told = [await page.event("status"), await page.event("status")]
    waits = await Generation.objects.aget(turn=1)
    (detail,) = (each["detail"] for each in told if each["generation"] == waits.pk)
    assert detail.startswith("Waits for its turn")


@pytest.mark.parametrize("mode", MODES)
def test_lanes_with_fewer_samples_leave_no_gap(mode: str) -> None:
    stored = StoredRun(
        uuid.uuid4(), 1, 1, [_lane([[1, 2, 3], [4, 5, 6]]), _lane([[7], [8]])]
    )  # fmt: skip
    turns = turns_of(stored, mode, seed=3)  # type: ignore[arg-type]
    assert turns.keys() == set(range(1, 9))
    assert sorted(set(turns.values())) == (list(range(8)) if mode != "concurrent" else [0])


async def test_a_painted_token_counts_from_the_turn(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run(order="sequential"))
        waited = await Generation.objects.aget(turn=1)
        later = F("accepted_at") + timedelta(seconds=1)
        await Generation.objects.filter(pk=waited.pk).aupdate(turn_at=later)
        await page.send({"type": "painted", "generation": waited.pk, "ttft_ms": 1250})
        await page.ask({"type": "stop", "generation": 2**62})
        await waited.arefresh_from_db()
    assert waited.client_ttft_us == 250_000


def _lane(cases: list[list[int]]) -> StoredLane:
    return StoredLane(cases, "small", 1, {})
