"""What it takes to run each lane's answer again, and whether lanes that asked the same agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from inference.analysis.capsule import Capsule, capsule, verify
from playground.compare.insight.lanes import InsightLane


@dataclass(frozen=True, slots=True)
class Sealed:
    """One lane's capsule and its digest, short enough to compare by eye."""

    lane: InsightLane
    capsule: Capsule

    @property
    def mark(self) -> str:
        return self.capsule.digest[:12]


def sealed(lanes: Sequence[InsightLane]) -> list[Sealed]:
    """A capsule for each lane that was answered."""
    return [Sealed(lane, capsule(lane.row)) for lane in lanes if lane.ids]


def agreements(found: Sequence[Sealed]) -> list[str]:
    """Of each two lanes that asked the same in everything, whether the same tokens came."""
    return [
        _agreement(one, two)
        for one, two in combinations(found, 2)
        if one.capsule.digest == two.capsule.digest
    ]


def _agreement(one: Sealed, two: Sealed) -> str:
    result = verify(one.capsule, two.capsule)
    names = f"{one.lane.name} and {two.lane.name} asked the same"
    if result.same:
        return f"{names}, and the same {result.compared:,} tokens came."
    return f"{names}, but differ from token {(result.differs_at or 0) + 1:,} on."
