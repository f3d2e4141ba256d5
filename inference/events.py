"""What a generation tells the world while it runs: the same shapes on the relay and to browsers.

`static/js/workbench/events.js` holds the same shapes for the page; a test compares the two.
"""

from typing import Any

import msgspec

Mark = tuple[str, float | None, int, float | None]
"""How a token was drawn: its text, its log-probability, its rank, and the entropy that it was drawn
from, in bits, at least. Null is minus infinity, and what is not known; the rank is then -1."""
Piece = tuple[str, list[int], float, list[Mark]]
"""One engine output: its text, its token ids, its time in ms since the first (engine clock), and
how each token was drawn, where that is kept."""


class Event(msgspec.Struct, tag_field="type", kw_only=True):
    """Something that happened to one attempt of one generation."""

    generation: int
    attempt: int


class StatusChange(Event, tag="status"):
    """Where the generation stands: queued, prefilling, streaming. `position` counts from 1."""

    status: str
    position: int | None = None
    detail: str = ""


class Delta(Event, tag="delta"):
    """Pieces from number `start` on; `seq` is how many there are with these."""

    start: int = msgspec.field(name="from")
    pieces: list[Piece]

    @property
    def seq(self) -> int:
        return self.start + len(self.pieces)

    def after(self, seq: int) -> "Delta":
        """The part of this delta that one who holds `seq` pieces lacks."""
        if seq <= self.start:
            return self
        return Delta(
            generation=self.generation,
            attempt=self.attempt,
            start=seq,
            pieces=self.pieces[seq - self.start :],
        )


class Snapshot(Event, tag="snapshot"):
    """Everything up to piece `seq`. `entry` is the relay entry after which more may follow."""

    seq: int
    text: str
    tokens: int
    entry: str = ""


class Ended(Event, tag="end"):
    """The one terminal state. `text` is the stored text where it differs from what streamed.

    Without `text`, `seq` says how many pieces streamed: who holds fewer has missed some.
    """

    status: str
    finish_reason: str | None
    error: str
    metrics: dict[str, Any]
    text: str | None = None
    seq: int = 0


GenerationEvent = StatusChange | Delta | Snapshot | Ended
