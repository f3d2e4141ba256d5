"""Where a generation's time went, as bars on a scale that all lanes of a run share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.compare.wording import duration

PHASES = ("dispatch", "queue", "prefill", "decode")
WIDTH = 1000
LEAST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase: its place and width of 1,000, as SVG writes numbers."""

    phase: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars of one answer, and the same in words."""

    bars: list[Bar]
    words: str


def span(metrics: Mapping[str, Any]) -> float:
    """Milliseconds from end to end, or what is known of them."""
    known = sum(metrics.get(f"{phase}_ms") or 0 for phase in PHASES)
    return float(max(known, metrics.get("e2e_ms") or 0))


def scale_of(all_metrics: Sequence[Mapping[str, Any]]) -> float:
    """Milliseconds across the whole width."""
    return max((span(metrics) for metrics in all_metrics), default=0.0)


def waterfall(metrics: Mapping[str, Any], scale: float) -> Waterfall:
    """The bars of one answer; none where nothing is known."""
    bars, said, x = [], [], 0.0
    for phase in PHASES:
        ms = metrics.get(f"{phase}_ms") or 0
        if not ms or not scale:
            continue
        width = ms / scale * WIDTH
        bars.append(Bar(phase, f"{x:.2f}", f"{max(width, LEAST):.2f}"))
        said.append(f"{phase} {duration(ms)}")
        x += width
    words = ", ".join(said) or "not known"
    return Waterfall(bars, f"Where the time went: {words}")
