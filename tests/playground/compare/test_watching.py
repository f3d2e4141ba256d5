"""Coming back to what runs or has ended: all of it, once; and nothing of others."""

import asyncio

import pytest
import redis
from asgiref.sync import sync_to_async

from inference import ledger, relay
from inference.events import Delta, Ended, GenerationEvent, Snapshot
from inference.models import Generation
from playground.compare.cursor import Cursor
from playground.compare.hub import Hub, Watch
from playground.local.valkey import Valkey
from tests.factories import Cast, generations_of, make_generation, make_session
from tests.inference.results import done
from tests.playground.compare.lane import Lane
from tests.playground.compare.page import caught_up, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


def begin(generation: int) -> ledger.Claim:
    (claim,) = ledger.claim("one", [generation])
    assert claim is not None
    return claim


def running(cast: Cast) -> ledger.Claim:
    (row,) = generations_of(make_session(cast.alice))
    return begin(row.pk)


def piece(generation: int, start: int, *texts: str) -> Delta:
    return Delta(
        generation=generation, attempt=1, start=start, pieces=[(t, [1], 0.0) for t in texts]
    )


def show(client: redis.Redis, *events: GenerationEvent) -> None:
    relay.publish(client, list(events))


async def test_it_gives_the_text_so_far_then_what_comes(cast: Cast, client: redis.Redis) -> None:
    id = (await sync_to_async(running)(cast)).id
    snapshot = Snapshot(generation=id, attempt=1, seq=2, text="a b ", tokens=2)
    client.set(relay.snapshot_key(id), relay.encode_snapshot(snapshot))
    show(client, piece(id, 1, "b ", "c "))
    lane = Lane()
    async with opened(cast.bob) as page:
        await page.send({"type": "watch", "generations": [{"generation": id}]})
        lane.apply([await page.event("snapshot")])
        show(client, piece(id, 2, "c ", "d "))
        lane.apply([await page.event("delta")])
    assert (lane.text, lane.seq) == ("a b c d ", 4)


async def test_it_gives_only_what_is_missing(cast: Cast, client: redis.Redis) -> None:
    id = (await sync_to_async(running)(cast)).id
    snapshot = Snapshot(generation=id, attempt=1, seq=2, text="a b ", tokens=2)
    client.set(relay.snapshot_key(id), relay.encode_snapshot(snapshot))
    lane = Lane(attempt=1, seq=2, text="a b ", tokens=2)
    async with opened(cast.alice) as page:
        held = {"generation": id, "attempt": 1, "seq": 2}
        await page.send({"type": "watch", "generations": [held]})
        await page.send('{"type": "?"}')
        await page.event("error")
        await caught_up()
        show(client, piece(id, 1, "b ", "c "))
        event = await page.event("delta", "snapshot")
    lane.apply([event])
    assert (event["type"], lane.text) == ("delta", "a b c ")


async def test_it_gives_the_end_from_postgres(cast: Cast) -> None:
    claim = await sync_to_async(running)(cast)
    await sync_to_async(ledger.finish)("one", [done(claim, "Whole.")])
    lane = Lane()
    async with opened(cast.alice) as page:
        await page.send({"type": "watch", "generations": [{"generation": claim.id}]})
        while not lane.end:
            lane.apply([await page.event("snapshot", "end")])
    assert (lane.text, lane.status, lane.end["metrics"]["output_tokens"]) == ("Whole.", "done", 3)


async def test_it_fetches_the_pieces_that_the_end_says_are_missing(
    cast: Cast, client: redis.Redis
) -> None:
    claim = await sync_to_async(running)(cast)
    lane = Lane()
    async with opened(cast.alice) as page:
        await page.send({"type": "watch", "generations": [{"generation": claim.id}]})
        await page.ask({"type": "?"})
        await caught_up()
        show(client, piece(claim.id, 0, "It stores "))
        lane.apply([await page.event("delta", "snapshot")])
        await sync_to_async(ledger.finish)("one", [done(claim, "It stores keys.")])
        end = Ended(generation=claim.id, attempt=1, status="done", finish_reason="stop", error="",
                    metrics={}, seq=2)  # fmt: skip
        show(client, end)
        while not lane.end:
            lane.apply([await page.event("delta", "snapshot", "end")])
    assert lane.text == "It stores keys."


async def test_it_gives_nothing_once_a_watch_has_ended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = (await sync_to_async(running)(cast)).id
    asked, answers, given = asyncio.Event(), asyncio.Event(), list[GenerationEvent]()

    async def latest(_client: object, generation: int) -> Snapshot:
        asked.set()
        await answers.wait()
        return Snapshot(generation=generation, attempt=1, seq=1, text="secret", tokens=1)

    monkeypatch.setattr("playground.compare.hub.latest", latest)
    hub, watch = Hub(), Watch(id, Cursor(), given.append)
    hub.watch(watch)
    await asked.wait()
    hub.unwatch(watch)
    answers.set()
    while hub._tasks:
        await asyncio.sleep(0.01)
    await hub.stop()
    assert given == []


async def test_it_shows_nothing_of_others(cast: Cast) -> None:
    foreign = (await sync_to_async(running)(cast)).id
    nobodys = (await sync_to_async(make_generation)(team_id=10**6)).pk
    async with opened(cast.charlie) as page:
        for id in (foreign, nobodys, 2**40):
            answer = await page.ask({"type": "watch", "generations": [{"generation": id}]})
            assert answer["code"] == "not_found"
            assert (await page.ask({"type": "stop", "generation": id}))["code"] == "not_found"
    assert await Generation.objects.filter(stop_requested=True).acount() == 0


async def test_it_watches_nothing_where_one_of_several_is_foreign(
    cast: Cast, client: redis.Redis
) -> None:
    mine = (await sync_to_async(running)(cast)).id
    foreign = (await sync_to_async(make_generation)(team_id=10**6)).pk
    async with opened(cast.alice) as page:
        both = [{"generation": mine}, {"generation": foreign}]
        assert (await page.ask({"type": "watch", "generations": both}))["code"] == "not_found"
        show(client, piece(foreign, 0, "secret"), piece(mine, 0, "mine"))
        assert (await page.ask({"type": "?"}))["type"] == "error"


async def test_it_records_the_first_paint_once_and_only_of_ones_own(cast: Cast) -> None:
    id = (await sync_to_async(running)(cast)).id
    async with opened(cast.charlie) as page:
        await page.send({"type": "painted", "generation": id, "ttft_ms": 1})
        await page.ask({"type": "?"})
    async with opened(cast.alice) as page:
        for ttft in (31.25, 99.0):
            await page.send({"type": "painted", "generation": id, "ttft_ms": ttft})
        await page.ask({"type": "?"})
        assert (await Generation.objects.aget(pk=id)).client_ttft_us == 31_250
