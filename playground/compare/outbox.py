"""A socket's bounded queue. While the browser lags, deltas join; text is never dropped."""

import asyncio
from collections import deque
from typing import Any

import msgspec

from inference.events import Delta

MAX_PENDING_BYTES = 1_000_000
MARK_BYTES = 40
_encoder = msgspec.json.Encoder()


class TooSlow(Exception):
    """More waits than a socket may hold; it must come back with its cursors."""


class Outbox:
    """Events for one socket, in order. `take` gives them as one frame."""

    def __init__(self) -> None:
        self._events: deque[Any] = deque()
        self._tails: dict[int, Delta] = {}
        self._bytes = 0
        self._ready = asyncio.Event()
        self.overflowed = False

    def put(self, event: Any) -> None:
        """Queue an event; a delta joins the one before it where it continues it."""
        if self.overflowed:
            return
        if isinstance(event, Delta):
            self._put_delta(event)
        else:
            self._tails.pop(getattr(event, "generation", 0), None)
            self._events.append(event)
            # Not how a snapshot's tokens were drawn: who comes back for it would be refused again.
            self._bytes += 200 + len(getattr(event, "text", None) or "")
            self._bytes += getattr(event, "weight", 0)
        self.overflowed = self._bytes > MAX_PENDING_BYTES
        self._ready.set()

    def _put_delta(self, delta: Delta) -> None:
        self._bytes += sum(24 + len(text) for text, _, _ in delta.pieces)
        self._bytes += sum(MARK_BYTES * len(marks) for marks in delta.marks)
        tail = self._tails.get(delta.generation)
        if tail is not None and tail.attempt == delta.attempt and tail.seq == delta.start:
            tail.extend(delta)
            return
        tail = delta.copy()  # the event that came in is shared with other sockets
        self._tails[delta.generation] = tail
        self._events.append(tail)

    async def take(self) -> str:
        """Wait for events; all that wait, as the text of one frame. Raises TooSlow."""
        await self._ready.wait()
        if self.overflowed:
            raise TooSlow
        self._ready.clear()
        frame = _encoder.encode({"events": list(self._events)}).decode()
        self._events.clear()
        self._tails.clear()
        self._bytes = 0
        return frame
