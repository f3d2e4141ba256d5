"""How a worker's pieces get onto the relay: together, at once, and once."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import redis.asyncio

from inference import emitter as emitter_module
from inference import relay
from inference.emitter import Emitter
from inference.engines.protocol import Delta as EngineDelta
from inference.engines.protocol import TokenLogprob
from inference.events import Delta, Ended, GenerationEvent, Snapshot
from inference.live import Live
from inference.stores import valkey_async
from playground.local.valkey import Valkey


@pytest.fixture
async def client(valkey: Valkey) -> AsyncIterator[redis.asyncio.Redis]:
    client = valkey_async()
    yield client
    await client.aclose()


@pytest.fixture
async def emitter(client: redis.asyncio.Redis) -> AsyncIterator[Emitter]:
    emitter = Emitter(client)
    task = asyncio.create_task(emitter.run())
    await asyncio.sleep(0)
    yield emitter
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def say(emitter: Emitter, live: Live, text: str = "a ") -> None:
    delta = EngineDelta(text, (1,), live.seq + 1, time.monotonic(), ())
    emitter.piece(live, live.add(delta))


def ended(live: Live) -> Ended:
    return Ended(generation=live.generation, attempt=1, status="done", finish_reason="stop",
                 error="", metrics={}, seq=live.seq)  # fmt: skip


async def entries(client: redis.asyncio.Redis) -> list[list[GenerationEvent]]:
    return [relay.decode_events(fields) for _, fields in await client.xrange(relay.STREAM)]


async def deltas(client: redis.asyncio.Redis, generation: int = 1) -> list[Delta]:
    return [
        event
        for events in await entries(client)
        for event in events
        if isinstance(event, Delta) and event.generation == generation
    ]


async def test_it_writes_one_entry_for_a_step(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    lives = [Live(number, 1) for number in range(1, 41)]
    for _ in range(3):
        for live in lives:
            say(emitter, live)
        await emitter.drained()
    written = await entries(client)
    assert len(written) == 3
    assert all(len(events) == len(lives) for events in written)


async def test_it_sends_the_first_token_at_once(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    begun = time.monotonic()
    say(emitter, Live(1, 1))
    await client.xread({relay.STREAM: "0"}, block=1000)
    assert time.monotonic() - begun < 0.05
    assert len(await deltas(client)) == 1


async def test_it_holds_a_whole_text_at_every_moment(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    live = Live(1, 1)
    for number in range(60):
        say(emitter, live, f"{number} ")
        await emitter.drained()
        found = await relay.latest(client, 1)
        assert found is not None
        assert (found.seq, found.text) == (live.seq, live.text)
        await asyncio.sleep(0.01)


async def test_it_brings_the_snapshot_up_to_date_when_nothing_more_comes(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    live = Live(1, 1)
    for _ in range(5):
        say(emitter, live)
        await emitter.drained()
    await asyncio.sleep(2 * emitter_module.SNAPSHOT_SECONDS)
    await client.delete(relay.STREAM)
    found = await relay.latest(client, 1)
    assert found is not None
    assert found.seq == 5


def draw(emitter: Emitter, live: Live) -> None:
    """A token whose rank is its number."""
    choice = TokenLogprob(live.seq, "a ", math.log(0.5), live.seq, ())
    delta = EngineDelta("a ", (live.seq,), 1, time.monotonic(), (choice,))
    emitter.piece(live, live.add(delta))


def ranks(found: Snapshot | None) -> list[int]:
    assert found is not None
    assert len(found.ids) == len(found.marks)
    return [rank for _, _, rank, _ in found.marks]


async def test_a_snapshot_tells_how_all_its_tokens_were_drawn(
    emitter: Emitter, client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emitter_module, "SNAPSHOT_SECONDS", 0.03)
    live = Live(1, 1)
    for number in range(40):
        draw(emitter, live)
        await emitter.drained()
        found = await relay.latest(client, 1)
        assert ranks(found) == list(range(number + 1))
        await asyncio.sleep(0.005)
    key = relay.marks_key(1)
    assert 4 < len(list(relay.parts_of(await client.get(key)))) < 40, "not in parts"
    assert 0 < await client.ttl(key) <= relay.SNAPSHOT_TTL_SECONDS

    again = Live(1, 2)
    draw(emitter, again)
    await emitter.drained()
    await asyncio.sleep(0.1)
    assert ranks(await relay.latest(client, 1)) == [0]
    emitter.event(ended(again))
    await emitter.drained()
    assert not await client.exists(key)


async def test_a_snapshot_tells_nothing_rather_than_a_part(
    emitter: Emitter, client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emitter_module, "SNAPSHOT_SECONDS", 0.03)
    live = Live(1, 1)
    draw(emitter, live)
    await emitter.drained()
    await asyncio.sleep(0.1)
    await client.delete(relay.marks_key(1))
    draw(emitter, live)
    await emitter.drained()
    await asyncio.sleep(0.1)
    found = await relay.latest(client, 1)
    assert ranks(found) == []
    assert found is not None
    assert found.tokens == 2


async def test_what_was_not_written_is_told_later(
    emitter: Emitter, client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(1, 1)
    writes = emitter._write
    failures = iter([redis.exceptions.ConnectionError("away")])

    async def write(*given: Any) -> None:
        for failure in failures:
            draw(emitter, live)
            raise failure
        await writes(*given)

    monkeypatch.setattr(emitter, "_write", write)
    draw(emitter, live)
    await asyncio.sleep(2 * emitter_module.RETRY_SECONDS)
    await emitter.drained()
    await asyncio.sleep(2 * emitter_module.SNAPSHOT_SECONDS)
    await client.delete(relay.STREAM)
    assert ranks(await relay.latest(client, 1)) == [0, 1]


async def test_it_keeps_order_within_a_generation(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    live = Live(1, 1)
    say(emitter, live)
    say(emitter, live)
    emitter.event(ended(live))
    await emitter.drained()
    (events,) = await entries(client)
    assert [type(event) for event in events] == [Delta, Ended]
    assert isinstance(events[0], Delta)
    assert len(events[0].pieces) == 2


async def test_it_drops_the_snapshot_at_the_end(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    live = Live(1, 1)
    say(emitter, live)
    await emitter.drained()
    assert await client.exists(relay.snapshot_key(1))
    emitter.event(ended(live))
    await emitter.drained()
    await asyncio.sleep(1.5 * emitter_module.SNAPSHOT_SECONDS)
    assert not await client.exists(relay.snapshot_key(1))
    assert await relay.latest(client, 1) is None


async def test_it_keeps_pieces_while_valkey_is_away(
    emitter: Emitter, client: redis.asyncio.Redis, valkey: Valkey
) -> None:
    live = Live(1, 1)
    say(emitter, live, "0 ")
    await emitter.drained()
    valkey.kill()
    for number in range(1, 6):
        say(emitter, live, f"{number} ")
        await asyncio.sleep(0.02)
    valkey.restart()
    async with asyncio.timeout(5):
        await emitter.drained()
    written = [text for delta in await deltas(client) for text, *_ in delta.pieces]
    assert written == [f"{number} " for number in range(6)]
    found = await relay.latest(client, 1)
    assert found is not None
    assert found.text == live.text


async def test_it_forgets_entries_past_their_time(
    emitter: Emitter, client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emitter_module, "RETENTION_MS", 50)
    live = Live(1, 1)
    for _ in range(400):
        say(emitter, live)
        await emitter.drained()
    await asyncio.sleep(0.1)
    say(emitter, live)
    await emitter.drained()
    assert await client.xlen(relay.STREAM) <= 200


async def test_it_relays_only_what_postgres_can_hold(
    emitter: Emitter, client: redis.asyncio.Redis
) -> None:
    live = Live(1, 1)
    say(emitter, live, "a\x00b\ud83d\U0001f98a✓")
    await emitter.drained()
    ((text, *_),) = (await deltas(client))[0].pieces
    assert text == live.text == "a\ufffdb\ufffd\U0001f98a✓"


def test_it_keeps_the_gaps_between_outputs() -> None:
    live = Live(1, 1)
    pieces = [
        live.add(EngineDelta("a", ids, 1, at, ())).pieces[0]
        for ids, at in (((1,), 5.0), ((2, 3), 5.25))
    ]
    assert pieces == [("a", [1], 0.0), ("a", [2, 3], 250.0)]
    assert (live.gaps_us, live.step_tokens, live.token_ids) == ([250_000], [1, 2], [1, 2, 3])
    assert isinstance(live.snapshot("0-0"), Snapshot)


def test_a_piece_tells_how_its_tokens_were_drawn() -> None:
    half = ((1, "a\x00", math.log(0.5)), (2, "b", math.log(0.25)), (3, "c", math.log(0.25)))
    drawn = (
        TokenLogprob(1, "a\x00", math.log(0.5), 1, half),
        TokenLogprob(9, "z", -math.inf, 8, ()),
    )
    live = Live(generation=1, attempt=1)
    first = live.add(EngineDelta("", (), 1, 5.0, ()))
    first.extend(live.add(EngineDelta("az", (1, 9), 1, 5.0, drawn)))
    first.extend(live.add(EngineDelta("!", (), 1, 5.0, ())))
    assert first.marks == [[], [("a\ufffd", -0.6931, 1, 1.5), ("z", None, 8, None)], []]
    assert first.after(1).marks == first.marks[1:]
    assert len(first.pieces) == 3
