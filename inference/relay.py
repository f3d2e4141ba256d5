"""The relay: one Valkey stream that carries every token from workers to web processes.

A relay has a memory: entries stay for RETENTION_MS, and each running generation has a snapshot
that is at most about SNAPSHOT_SECONDS old. Snapshot plus the entries after it is the whole text.
How the snapshot's tokens were drawn lies beside it, in parts that are only ever added to: written
anew each time, it would be most of what a worker writes.
Entries are msgpack lists of events; nothing that is read from here is ever unpickled.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import redis
import redis.asyncio

from inference.events import Delta, Ended, GenerationEvent, Mark, Snapshot

STREAM = "relay"
FIELD = b"e"
RETENTION_MS = 60_000
SNAPSHOT_SECONDS = 0.25
SNAPSHOT_TTL_SECONDS = 180
CONTROL_CHANNEL = "control"


class Told(msgspec.Struct, array_like=True):
    """How the tokens of an attempt from number `before` on were drawn. An id of -1 is unknown."""

    attempt: int
    before: int
    ids: list[int]
    marks: list[Mark]


_encoder = msgspec.msgpack.Encoder()
_events = msgspec.msgpack.Decoder(list[GenerationEvent])
_snapshot = msgspec.msgpack.Decoder(Snapshot)
_told = msgspec.msgpack.Decoder(Told)


def encode_events(events: Sequence[GenerationEvent]) -> bytes:
    return _encoder.encode(events)


def decode_events(fields: dict[bytes, bytes]) -> list[GenerationEvent]:
    return _events.decode(fields[FIELD])


def snapshot_key(generation: int) -> str:
    return f"snapshot:{generation}"


def marks_key(generation: int) -> str:
    return f"marks:{generation}"


def encode_told(told: Told) -> bytes:
    """One of the parts that are appended to each other."""
    part = _encoder.encode(told)
    return len(part).to_bytes(4) + part


def with_marks(snapshot: Snapshot, parts: bytes) -> Snapshot:
    """With what the appended parts tell of its tokens; as it is where one of them is missing."""
    ids: list[int] = []
    marks: list[Mark] = []
    for told in parts_of(parts):
        if told.attempt != snapshot.attempt:
            continue
        if told.before > len(marks):
            return snapshot
        ids[told.before :] = told.ids  # a part may be there twice, where its answer was lost
        marks[told.before :] = told.marks
    count = snapshot.tokens
    if len(marks) < count:
        return snapshot
    return msgspec.structs.replace(snapshot, ids=ids[:count], marks=marks[:count])


def parts_of(parts: bytes) -> Iterator[Told]:
    """What was appended, in order."""
    at = 0
    while at < len(parts):
        begin = at + 4
        at = begin + int.from_bytes(parts[at:begin])
        yield _told.decode(parts[begin:at])


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
            **_told_with(held, fresh),
        )
    return held


def _told_with(held: Snapshot, fresh: Delta) -> dict[str, Any]:
    """The marks of both, where every token has one."""
    marks = [mark for piece in fresh.marks for mark in piece]
    ids = [id for _, ids, _ in fresh.pieces for id in ids]
    if len(held.marks) != held.tokens or len(marks) != len(ids):
        return {}
    return {"ids": held.ids + ids, "marks": held.marks + marks}


def _decode_snapshot(raw: Any) -> Snapshot | None:
    return None if raw is None else _snapshot.decode(raw)


def _flatten(entries: Any) -> list[GenerationEvent]:
    return [event for _, fields in entries for event in decode_events(fields)]


async def latest(client: "redis.asyncio.Redis", generation: int) -> Snapshot | None:
    """The text of a running generation so far, or None where the relay holds nothing of it."""
    held: Any = await client.mget(snapshot_key(generation), marks_key(generation))
    raw, parts = held
    snapshot = _decode_snapshot(raw)
    if snapshot is None:
        return None
    if parts:
        snapshot = with_marks(snapshot, parts)
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
                pipe.delete(snapshot_key(event.generation), marks_key(event.generation))
        pipe.execute()
