"""The relay: one Valkey stream that carries every token from workers to web processes.

A relay has a memory: entries stay for RETENTION_MS, and each running generation has a snapshot
that is at most about SNAPSHOT_SECONDS old. Snapshot plus the entries after it is the whole text.
Entries are msgpack lists of events; nothing that is read from here is ever unpickled.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import redis
import redis.asyncio

from inference.events import Delta, Ended, GenerationEvent, Snapshot

STREAM = "relay"
FIELD = b"e"
RETENTION_MS = 60_000
SNAPSHOT_SECONDS = 0.25
SNAPSHOT_TTL_SECONDS = 180
CONTROL_CHANNEL = "control"

_encoder = msgspec.msgpack.Encoder()
_events = msgspec.msgpack.Decoder(list[GenerationEvent])
_snapshot = msgspec.msgpack.Decoder(Snapshot)


def encode_events(events: Sequence[GenerationEvent]) -> bytes:
    return _encoder.encode(events)


def decode_events(fields: dict[bytes, bytes]) -> list[GenerationEvent]:
    return _events.decode(fields[FIELD])


def snapshot_key(generation: int) -> str:
    return f"snapshot:{generation}"


def encode_snapshot(snapshot: Snapshot) -> bytes:
    return _encoder.encode(snapshot)


def assemble(
    generation: int, snapshot: Snapshot | None, events: Iterable[GenerationEvent]
) -> Snapshot | None:
    """The latest known text of a generation: its snapshot, and the deltas that continue it.

    Deltas of the same attempt are applied once each, in any overlap; a newer attempt replaces an
    older one; a delta that does not connect ends the assembly, since text must have no hole.
    """
    held = snapshot
    for event in events:
        if not isinstance(event, Delta) or event.generation != generation:
            continue
        if held is None or event.attempt > held.attempt:
            if event.start:
                continue
            held = Snapshot(generation=generation, attempt=event.attempt, seq=0, text="", tokens=0)
        if event.attempt < held.attempt or event.seq <= held.seq:
            continue
        if event.start > held.seq:
            break
        fresh = event.after(held.seq)
        held = Snapshot(
            generation=generation,
            attempt=held.attempt,
            seq=fresh.seq,
            text=held.text + "".join(text for text, _, _ in fresh.pieces),
            tokens=held.tokens + sum(len(ids) for _, ids, _ in fresh.pieces),
            entry=held.entry,
        )
    return held


def _decode_snapshot(raw: Any) -> Snapshot | None:
    return None if raw is None else _snapshot.decode(raw)


def _flatten(entries: Any) -> list[GenerationEvent]:
    return [event for _, fields in entries for event in decode_events(fields)]


async def latest(client: "redis.asyncio.Redis", generation: int) -> Snapshot | None:
    """The text of a running generation so far, or None where the relay holds nothing of it."""
    snapshot = _decode_snapshot(await client.get(snapshot_key(generation)))
    if snapshot is None:
        return None
    entries = await client.xrange(STREAM, min=snapshot.entry or "-")
    return assemble(generation, snapshot, _flatten(entries))


def latest_sync(client: "redis.Redis", generation: int) -> Snapshot | None:
    """`latest` for callers without a loop: the sweeper, which saves what a dead worker showed."""
    snapshot = _decode_snapshot(client.get(snapshot_key(generation)))
    if snapshot is None:
        return None
    entries: Any = client.xrange(STREAM, min=snapshot.entry or "-")
    return assemble(generation, snapshot, _flatten(entries))


def publish(client: "redis.Redis", events: Sequence[GenerationEvent]) -> None:
    """Put events on the relay from outside a worker's emitter, and drop ended snapshots."""
    if not events:
        return
    with client.pipeline(transaction=False) as pipe:
        pipe.xadd(STREAM, {FIELD: encode_events(events)}, maxlen=None)
        for event in events:
            if isinstance(event, Ended):
                pipe.delete(snapshot_key(event.generation))
        pipe.execute()
