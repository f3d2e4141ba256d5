"""Where the time of one generation went, from Run pressed to its last token stored.

Every segment is a duration that one clock measured. Instants of different clocks are never
subtracted: what a longer duration has left over, beyond the ones it contains, is shown as a
remainder that is not told apart further.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["measured", "remainder"]
TOLERANCE_US = 2_000
"""Durations of different clocks that disagree by less are taken as agreeing."""


class Durations(Protocol):
    """What is stored of a generation, in microseconds; None where it wasn't measured."""

    dispatch_us: int | None
    queue_us: int | None
    prefill_us: int | None
    decode_us: int | None
    ttft_us: int | None
    client_ttft_us: int | None
    e2e_us: int | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the way, starting `start_us` after the one before all of them.

    A "remainder" is time known to have passed somewhere in what `help` names, in one piece or
    several; it stands where most of it is to be expected.
    """

    name: str
    help: str
    kind: Kind
    start_us: int
    duration_us: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The segments in order, and what to know before reading them."""

    segments: tuple[Segment, ...]
    caveats: tuple[str, ...]

    @property
    def total_us(self) -> int:
        return sum(segment.duration_us for segment in self.segments)


HELP = {
    "browser and relay": "Run pressed to accepted, first token to painted, and the way between.",
    "dispatch": "Accepted to a worker's task beginning.",
    "engine front end": "Arrival at the engine to queued: the prompt is made and sent to its core.",
    "queue": "Queued in the engine to scheduled.",
    "prefill": "Scheduled to the first token: the prompt is read.",
    "decode": "First to last token.",
    "storing": "Task begun to arrival at the engine, and last token to stored.",
}


def waterfall(row: Durations) -> Waterfall:
    """The segments of a generation. Those that were not measured are left out and named."""
    segments: list[Segment] = []
    start = 0
    for name, kind, duration in _parts(row):
        segments.append(Segment(name, HELP[name], kind, start, duration))
        start += duration
    return Waterfall(tuple(segments), tuple(_caveats(row)))


def _parts(row: Durations) -> Iterator[tuple[str, Kind, int]]:
    parts: list[tuple[str, Kind, int | None]] = [
        ("browser and relay", "remainder", _left(row.client_ttft_us, row.dispatch_us, row.ttft_us)),
        ("dispatch", "measured", row.dispatch_us),
        ("engine front end", "remainder", _left(row.ttft_us, row.queue_us, row.prefill_us)),
        ("queue", "measured", row.queue_us),
        ("prefill", "measured", row.prefill_us),
        ("decode", "measured", row.decode_us),
        ("storing", "remainder", _left(row.e2e_us, row.dispatch_us, row.ttft_us, row.decode_us)),
    ]
    if row.queue_us is None and row.prefill_us is None and row.ttft_us is not None:
        parts[2] = ("engine front end", "remainder", row.ttft_us)
    yield from ((name, kind, value) for name, kind, value in parts if value)


def _left(whole: int | None, *contained: int | None) -> int | None:
    """What is left of a duration beyond those it contains; None where one is missing."""
    if whole is None or any(part is None for part in contained):
        return None
    return max(0, whole - sum(part for part in contained if part is not None))


def _caveats(row: Durations) -> Iterator[str]:
    if row.client_ttft_us is None:
        yield "No browser reported its first paint, so the way to it is not shown."
    missing = [
        name for name in ("dispatch", "queue", "prefill", "decode") if _of(row, name) is None
    ]
    if missing:
        yield f"Not measured by this engine: {', '.join(missing)}."
    for whole, contained in (
        ("client_ttft", ("dispatch", "ttft")),
        ("ttft", ("queue", "prefill")),
        ("e2e", ("dispatch", "ttft", "decode")),
    ):
        if _exceeds(row, whole, contained):
            yield (
                f"{' + '.join(contained)} is longer than {whole}: their clocks disagree, "
                "so read small differences with care."
            )


def _exceeds(row: Durations, whole: str, contained: tuple[str, ...]) -> bool:
    parts = [_of(row, name) for name in contained]
    total = _of(row, whole)
    if total is None or any(part is None for part in parts):
        return False
    return sum(part for part in parts if part is not None) > total + TOLERANCE_US


def _of(row: Durations, name: str) -> int | None:
    value: int | None = getattr(row, f"{name}_us")
    return value
