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
    position: int
    generation: int
    seed: int
    settings: dict[str, Any]


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
