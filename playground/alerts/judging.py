"""When a rule fires and when it is over: minutes in a row on either side of a gap.

A minute at or over the limit is bad; one below 90 % of it is good; one between the two is neither,
and ends a row of either. So a figure that trembles at its limit changes nothing: it takes a whole
row of good minutes, with none in the gap, to end what a row of bad ones began.
"""

from dataclasses import dataclass, replace
from enum import Enum

GAP = 0.1


class Minute(Enum):
    BAD = "bad"
    NEITHER = "neither"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many minutes in a row were bad, or good, and whether the rule fires."""

    firing: bool
    bad: int = 0
    good: int = 0


def judge(value: float | None, limit: float) -> Minute:
    """What a minute was. With nothing to judge it was good: nobody waited and nothing failed."""
    if value is None or value < limit * (1 - GAP):
        return Minute.GOOD
    return Minute.BAD if value >= limit else Minute.NEITHER


def judge_workers(ready: float) -> Minute:
    return Minute.GOOD if ready else Minute.BAD


def step(before: Standing, minute: Minute, fire_after: int, resolve_after: int) -> Standing:
    """Where a rule stands after one more minute."""
    now = Standing(
        before.firing,
        bad=before.bad + 1 if minute is Minute.BAD else 0,
        good=before.good + 1 if minute is Minute.GOOD else 0,
    )
    if not now.firing and now.bad >= fire_after:
        return replace(now, firing=True)
    if now.firing and now.good >= resolve_after:
        return replace(now, firing=False)
    return now
