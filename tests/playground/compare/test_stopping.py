"""Stopping one lane or all of them."""

import pytest
import redis
from asgiref.sync import sync_to_async

from inference.models import Generation
from inference.relay import CONTROL_CHANNEL
from playground.compare.models import Comparison
from playground.local.valkey import Valkey
from tests.factories import Cast, generations_of, make_session
from tests.playground.compare.page import opened, run

pytestmark = pytest.mark.django_db(transaction=True)


async def test_it_ends_a_queued_lane_at_once(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        lanes = (await page.ask(run()))["lanes"]
        await page.send({"type": "stop", "generation": lanes[0]["generation"]})
        end = await page.event("end")
    assert (end["generation"], end["status"]) == (lanes[0]["generation"], "stopped")
    other = await Generation.objects.aget(pk=lanes[1]["generation"])
    assert other.status == "queued"


async def test_it_ends_all_lanes_of_a_run(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run())
        await page.send({"type": "stop_all", "comparison": answer["comparison"]["id"]})
        ends = [await page.event("end") for _ in answer["lanes"]]
    assert {end["status"] for end in ends} == {"stopped"}


async def test_it_lets_a_teammate_stop_and_no_outsider(cast: Cast) -> None:
    await sync_to_async(make_session)(cast.alice)
    message = {"type": "stop_all", "comparison": (await Comparison.objects.aget()).pk}
    async with opened(cast.charlie) as page:
        assert (await page.ask(message))["code"] == "not_found"
    assert (await Generation.objects.aget()).status == "queued"
    async with opened(cast.bob) as page:
        await page.send(message)
        await page.ask({"type": "?"})
    assert (await Generation.objects.aget()).status == "stopped"


async def test_it_tells_the_workers_of_running_ones(cast: Cast, valkey: Valkey) -> None:
    session = await sync_to_async(make_session)(cast.alice, statuses=["running", "queued", "done"])
    ids = [row.pk for row in await sync_to_async(generations_of)(session)]
    with redis.Redis.from_url(valkey.url) as client, client.pubsub() as channel:
        channel.subscribe(CONTROL_CHANNEL)
        channel.get_message(timeout=2)
        async with opened(cast.alice) as page:
            comparison = (await Comparison.objects.aget()).pk
            await page.send({"type": "stop_all", "comparison": comparison})
            await page.ask({"type": "?"})
        message = channel.get_message(timeout=2)
    assert message is not None
    assert message["data"] == f"[{ids[0]}]".encode()
