"""One reader of the relay per web process, and who in this process watches what."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

import msgspec
import redis.asyncio
import structlog
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from inference.cancellation import are_alive, cancel_all
from inference.events import GenerationEvent
from inference.relay import STREAM, decode_events, latest
from inference.stores import valkey_async
from playground.compare.cursor import Cursor, Gap
from playground.compare.standing import standings
from playground.threads import off_loop

log = structlog.get_logger(__name__)
BLOCK_MS = 1000
ENTRIES_PER_READ = 256
RETRY_SECONDS = 0.25
CHECK_SECONDS = 1.0
QUIET_SECONDS = 3.0


class Pulse:
    """How the reading of the relay goes: a few attributes set per read, the rest on being asked."""

    def __init__(self) -> None:
        self.read_at = self.entry_read_at = time.time()
        self.entry: bytes | None = None

    @property
    def lag_seconds(self) -> float:
        """How old the newest entry was when it was read; 0 where none was."""
        if self.entry is None:
            return 0.0
        return max(0.0, self.entry_read_at - int(self.entry.split(b"-")[0]) / 1000)

    @property
    def age_seconds(self) -> float:
        """How long ago the relay last answered."""
        return max(0.0, time.time() - self.read_at)


class Watch:
    """One socket's watch of one generation. Live events wait in `backlog` while it catches up."""

    def __init__(
        self, generation: int, cursor: Cursor, deliver: Callable[[GenerationEvent], None]
    ) -> None:
        self.generation = generation
        self.cursor = cursor
        self.deliver = deliver
        self.backlog: list[GenerationEvent] | None = []
        self.heard_at = time.monotonic()
        self.queued = True

    def offer(self, event: GenerationEvent) -> None:
        """Deliver what is new in `event`. Raises Gap."""
        if self.backlog is not None:
            self.backlog.append(event)
            return
        self.heard_at = time.monotonic()
        fresh = self.cursor.admit(event)
        if fresh is not None:
            self.queued = getattr(fresh, "status", "") == "queued"
            self.deliver(fresh)

    def go_live(self) -> None:
        """Deliver what waited, and from now on at once. Raises Gap."""
        backlog, self.backlog = self.backlog or [], None
        for event in backlog:
            self.offer(event)


class Hub:
    """Hands the relay's events to the watches of this process's sockets."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self._watches: dict[int, set[Watch]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._duties: list[asyncio.Task[None]] = []

    @cached_property
    def _client(self) -> "redis.asyncio.Redis":
        return valkey_async()

    def start(self) -> None:
        """Begin reading, on the first socket of this process."""
        if not are_alive(self._duties):
            self._duties = [
                asyncio.create_task(self._read()),
                asyncio.create_task(self._check_quiet()),
            ]

    async def stop(self) -> None:
        """Stop reading and close the connections."""
        duties, self._duties = self._duties, []
        client: redis.asyncio.Redis | None = self.__dict__.pop("_client", None)
        await cancel_all((*duties, *self._tasks))
        if client is not None:
            await client.aclose()

    def watch(self, watch: Watch) -> None:
        """Deliver all that the watcher lacks, then what comes. Returns at once."""
        self._add(watch)
        self._spawn_catch_up(watch)

    def watch_new(self, watch: Watch) -> None:
        """Deliver what comes of a generation that was stored a moment ago.

        There is nothing to catch up on. Should its first events have come before this call, the
        cursor finds the gap, or the check of quiet watches the end.
        """
        self._add(watch)
        watch.go_live()

    def _add(self, watch: Watch) -> None:
        self.start()
        self._watches.setdefault(watch.generation, set()).add(watch)

    def unwatch(self, watch: Watch) -> None:
        """Deliver nothing more."""
        watches = self._watches.get(watch.generation)
        if watches is not None:
            watches.discard(watch)
            if not watches:
                del self._watches[watch.generation]

    @property
    def reading(self) -> bool:
        """Whether the relay is followed: from the first socket on."""
        return bool(self._duties)

    @property
    def watching(self) -> int:
        return sum(map(len, self._watches.values()))

    # --- live ------------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Follow the stream until cancelled. After a break every watch catches up anew."""
        client = valkey_async(socket_timeout=BLOCK_MS / 1000 + 5)
        try:
            await self._follow(client)
        finally:
            await client.aclose()

    async def _follow(self, client: "redis.asyncio.Redis") -> None:
        last: bytes | None = None
        while True:
            try:
                last = last or await self._newest(client)
                reply: Any = await client.xread(
                    {STREAM: last}, count=ENTRIES_PER_READ, block=BLOCK_MS
                )
                self.pulse.read_at = time.time()
                for _, entries in reply:
                    self.pulse.entry, self.pulse.entry_read_at = entries[-1][0], self.pulse.read_at
                    for entry, fields in entries:
                        last = entry
                        self._hand_on(fields)
                    # One read may hold many entries: let the sockets send between reads.
                    await asyncio.sleep(0)
            except (RedisError, OSError) as error:
                log.warning("relay lost", error=str(error), watching=self.watching)
                await asyncio.sleep(RETRY_SECONDS)
                last = await self._reconnect(client)

    async def _newest(self, client: "redis.asyncio.Redis") -> bytes:
        """The entry to read after. "$" would be another entry at each call, with holes between."""
        entries: Any = await client.xrevrange(STREAM, count=1)
        return bytes(entries[0][0]) if entries else b"0-0"

    async def _reconnect(self, client: "redis.asyncio.Redis") -> bytes:
        """Wait for Valkey, then let every watch catch up. Returns the entry to read after."""
        while True:
            with suppress(RedisError, OSError):
                newest = await self._newest(client)
                break
            await asyncio.sleep(RETRY_SECONDS)
        for watches in list(self._watches.values()):
            for watch in watches:
                self._restart(watch)
        return newest

    def _hand_on(self, fields: Any) -> None:
        """Deliver an entry. One that another version wrote must not end the reading."""
        try:
            self._deliver(decode_events(fields))
        except msgspec.DecodeError as error:
            log.error("relay entry not understood", error=str(error))

    def _deliver(self, events: list[GenerationEvent]) -> None:
        for event in events:
            for watch in tuple(self._watches.get(event.generation, ())):
                try:
                    watch.offer(event)
                except Gap:
                    self._restart(watch)

    def _restart(self, watch: Watch) -> None:
        if watch.backlog is None:
            watch.backlog = []
            self._spawn_catch_up(watch)

    # --- catching up -----------------------------------------------------------------------------

    def _spawn_catch_up(self, watch: Watch) -> None:
        task = asyncio.create_task(self._catch_up(watch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_kept(self, watch: Watch) -> bool:
        return watch in self._watches.get(watch.generation, ())

    async def _catch_up(self, watch: Watch) -> None:
        """Bring a watch up to date, from the relay or, once it has ended, from Postgres.

        Numbered, since the order is what makes it whole:
        1. live events already gather in the backlog (since before this began);
        2. the relay's snapshot and replay are read;
        3. Postgres is asked where the generation stands: had it ended before 2, its snapshot was
           gone, and Postgres has the text;
        4. the backlog follows, and what of it was seen already is skipped by the cursor.
        """
        while self._is_kept(watch):
            try:
                snapshot = await latest(self._client, watch.generation)
                standing = await off_loop(standings)([watch.generation])
                if not self._is_kept(watch):
                    return  # ended meanwhile, perhaps since they may no longer see it
                for event in (snapshot, *standing.get(watch.generation, ())):
                    fresh = watch.cursor.admit(event) if event is not None else None
                    if fresh is not None:
                        watch.queued = getattr(fresh, "status", "") == "queued"
                        watch.deliver(fresh)
                watch.heard_at = time.monotonic()
                watch.go_live()
                return
            except Gap:
                watch.backlog = []
            except (RedisError, OSError, OperationalError, InterfaceError) as error:
                log.warning("could not catch up", generation=watch.generation, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)

    async def _check_quiet(self) -> None:
        """Tell queued watches their place, and look again at those that have gone quiet."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = time.monotonic()
            quiet = [
                watch
                for watches in self._watches.values()
                for watch in watches
                if watch.backlog is None
                and not watch.cursor.ended
                and now - watch.heard_at > (CHECK_SECONDS / 2 if watch.queued else QUIET_SECONDS)
            ]
            if not quiet:
                continue
            try:
                found = await off_loop(standings)(sorted({w.generation for w in quiet}))
            except (OperationalError, InterfaceError, RedisError) as error:
                log.warning("standing unknown", error=str(error))
                continue
            for watch in quiet:
                watch.heard_at = now
                for event in found.get(watch.generation, ()):
                    with suppress(Gap):
                        watch.offer(event)


hub = Hub()
