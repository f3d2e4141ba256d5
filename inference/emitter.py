"""Sends what this worker's generations produce to the relay: one stream entry per engine step."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from inference.events import Delta, Ended, GenerationEvent
from inference.live import Live
from inference.relay import (
    FIELD,
    RETENTION_MS,
    SNAPSHOT_SECONDS,
    SNAPSHOT_TTL_SECONDS,
    STREAM,
    Told,
    encode_events,
    encode_snapshot,
    encode_told,
    marks_key,
    snapshot_key,
)

SNAPSHOTS_PER_FLUSH = 32
RETRY_SECONDS = 0.1
log = structlog.get_logger(__name__)


class Emitter:
    """Gathers the deltas of a step, and writes them, with due snapshots, in one round trip.

    The first token of a generation goes out at once: the task is woken by the first piece and
    runs after the other generations of the same step, which were made ready before it. While a
    write is under way pieces gather for the next one, so a slow Valkey costs delay, never text.
    """

    def __init__(self, client: "redis.asyncio.Redis") -> None:
        self._client = client
        self._events: list[GenerationEvent] = []
        self._open: dict[int, Delta] = {}
        self._dirty: OrderedDict[int, Live] = OrderedDict()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._entry = "0-0"

    def piece(self, live: Live, newest: Delta) -> None:
        """Queue the newest piece of `live`; the delta is the emitter's from now on."""
        delta = self._open.get(live.generation)
        if delta is not None and delta.attempt == live.attempt:
            delta.extend(newest)
        else:
            self._open[live.generation] = newest
            self._events.append(newest)
        self._dirty.setdefault(live.generation, live)
        self._ring()

    def event(self, event: GenerationEvent, live: Live | None = None) -> None:
        """Queue a status change or an end, in order with the generation's pieces."""
        self._open.pop(event.generation, None)
        self._events.append(event)
        if isinstance(event, Ended):
            self._dirty.pop(event.generation, None)
        elif live is not None:
            self._dirty.setdefault(live.generation, live)
        self._ring()

    def forget(self, generation: int) -> None:
        """Stop taking snapshots of a generation that was handed back."""
        self._dirty.pop(generation, None)

    @property
    def waiting(self) -> int:
        """How many events are not on the relay yet."""
        return len(self._events)

    async def drained(self) -> None:
        """Return when everything queued so far is on the relay."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until cancelled. A Valkey that is away is retried; events wait, in order."""
        while True:
            await self._wait()
            events, self._events, self._open = self._events, [], {}
            due = self._due()
            told = [(live, part) for live in due if (part := live.told()) is not None]
            try:
                await self._write(events, due, told)
            except (RedisError, OSError) as error:
                log.warning("relay unreachable", error=str(error), waiting=len(events))
                self._events = events + self._events
                self._open = {}
                self._dirty.update((live.generation, live) for live in due)
                for live, part in told:
                    live.untold(part)
                self._wake.set()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if not self._events:
                self._idle.set()

    def _ring(self) -> None:
        self._idle.clear()
        self._wake.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(SNAPSHOT_SECONDS if self._dirty else None):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _due(self) -> list[Live]:
        """Generations whose snapshot is old, oldest first, a bounded number at a time."""
        now = time.monotonic()
        due = [live for live in self._dirty.values() if now - live.snapshot_at >= SNAPSHOT_SECONDS][
            :SNAPSHOTS_PER_FLUSH
        ]
        for live in due:
            del self._dirty[live.generation]
        return due

    async def _write(
        self, events: list[GenerationEvent], due: list[Live], told: Sequence[tuple[Live, Told]]
    ) -> None:
        if not events and not due:
            return
        oldest = f"{int(time.time() * 1000) - RETENTION_MS}-0"
        async with self._client.pipeline(transaction=False) as pipe:
            # Snapshots name the entry before this one: replaying from there covers this one too.
            for live in due:
                pipe.set(
                    snapshot_key(live.generation),
                    encode_snapshot(live.snapshot(self._entry)),
                    ex=SNAPSHOT_TTL_SECONDS,
                )
            for live, part in told:
                pipe.append(marks_key(live.generation), encode_told(part))
                pipe.expire(marks_key(live.generation), SNAPSHOT_TTL_SECONDS)
            for event in events:
                if isinstance(event, Ended):
                    pipe.delete(snapshot_key(event.generation), marks_key(event.generation))
            if events:
                pipe.xadd(STREAM, {FIELD: encode_events(events)}, minid=oldest, approximate=True)
            results = await pipe.execute()
        if events:
            self._entry = results[-1].decode()
