"""What a generation tells the world while it runs: the same shapes on the relay and to browsers.

`static/js/workbench/events.js` holds the same shapes for the page; a test compares the two.
"""

from typing import Any

import msgspec

Mark = tuple[str, float | None, int, float | None]
"""How a token was drawn: its text, its log-probability, its rank, and the entropy that it was drawn
from, in bits, at least. Null is minus infinity, and what is not known; the rank is then -1."""
Piece = tuple[str, list[int], float]
"""One engine output: its text, its token ids, and its time in ms since the first (engine clock)."""


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
    """Pieces from number `start` on; `seq` is how many there are with these.

    `marks` says for each piece how its tokens were drawn; empty where that is not kept.
    """

    start: int = msgspec.field(name="from")
    pieces: list[Piece]
    marks: list[list[Mark]] = []

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
            marks=self.marks[seq - self.start :],
        )

    def extend(self, more: "Delta") -> None:
        """Take in the delta that goes on from here."""
        if self.marks or more.marks:
            self.marks += [[] for _ in self.pieces[len(self.marks) :]]
            self.marks += more.marks or [[] for _ in more.pieces]
        self.pieces += more.pieces

    def copy(self) -> "Delta":
        """One of its own, which may be extended."""
        return msgspec.structs.replace(self, pieces=list(self.pieces), marks=list(self.marks))


class Snapshot(Event, tag="snapshot"):
    """Everything up to piece `seq`. `entry` is the relay entry after which more may follow.

    `ids` and `marks` say of each token how it was drawn; both are empty where that is not kept.
    """

    seq: int
    text: str
    tokens: int
    entry: str = ""
    ids: list[int] = []
    marks: list[Mark] = []


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
