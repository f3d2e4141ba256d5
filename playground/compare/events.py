"""What the server says on the workbench's socket, beside the events of generations."""

from typing import Any

import msgspec


class SessionRef(msgspec.Struct):
    id: str
    url: str
    title: str


class ComparisonRef(msgspec.Struct):
    id: int
    number: int
    url: str


class AcceptedLane(msgspec.Struct):
    """`generation` is the first of the lane's answers, `samples` all of them, `cases` the same
    by case; `given` is what they begin with, where that was given."""

    position: int
    generation: int
    samples: list[int]
    cases: list[list[int]]
    seed: int
    settings: dict[str, Any]
    given: dict[str, Any] | None = None


class Accepted(msgspec.Struct, tag="accepted", tag_field="type", kw_only=True):
    """The run is stored and will happen. `notice` is empty, or why it may take a while."""

    key: str
    session: SessionRef
    comparison: ComparisonRef
    lanes: list[AcceptedLane]
    notice: str = ""


class Refused(msgspec.Struct, tag="error", tag_field="type", kw_only=True):
    """Something was not done; the message says why and what to do."""

    code: str
    message: str
    key: str | None = None
    field: str | None = None


class KeptDraft(msgspec.Struct):
    """A draft that was put aside: its first words, and when."""

    id: int
    at: str
    words: str


class DraftSaved(msgspec.Struct, tag="draft_saved", tag_field="type", kw_only=True):
    """What the page typed is stored. `set_aside` is what gave way to it, newest first."""

    session: str | None
    revision: int
    set_aside: list[KeptDraft]


class DraftChanged(msgspec.Struct, tag="draft_changed", tag_field="type", kw_only=True):
    """Another page of the same person wrote this draft, or it was taken back: show it."""

    session: str | None
    revision: int
    state: msgspec.Raw
    set_aside: list[KeptDraft]

    @property
    def weight(self) -> int:
        """Bytes, for the socket's bounded queue."""
        return len(bytes(self.state))


class Person(msgspec.Struct, frozen=True):
    """Someone who has the session open."""

    name: str
    initials: str


class Presence(msgspec.Struct, tag="presence", tag_field="type", kw_only=True):
    """Who else has the session open now."""

    session: str
    people: list[Person]


class RunStarted(msgspec.Struct, tag="run_started", tag_field="type", kw_only=True):
    """A run was started in the session on the page; `mine` if by another tab of one's own."""

    session: SessionRef
    comparison: ComparisonRef
    author: str
    mine: bool
