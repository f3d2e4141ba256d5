"""The rhythm of an answer: the gap before each engine step, and where it stalled."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

STALL = 3.0
"""A gap of more than so many medians is a stall."""


@dataclass(frozen=True, slots=True)
class Step:
    """One engine output. `gap_us` since the one before, None for the first; `first_token` is the
    place in the answer of the first of its `tokens`, which came together and have no gaps."""

    index: int
    first_token: int
    tokens: int
    gap_us: int | None
    stalled: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """All steps, and the median gap between them; None where there is none."""

    steps: tuple[Step, ...]
    median_us: float | None

    @property
    def stalls(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.stalled)

    @property
    def stalled_us(self) -> int:
        """Time in stalls."""
        return sum(step.gap_us or 0 for step in self.stalls)

    @property
    def multi_token_steps(self) -> int:
        return sum(step.tokens > 1 for step in self.steps)

    @property
    def total_us(self) -> int:
        return sum(step.gap_us or 0 for step in self.steps)


def timing(gaps_us: Sequence[int] | None, step_tokens: Sequence[int] | None) -> Timing:
    """The steps of a generation from its stored columns: one gap less than steps.

    A clock that went back gives no negative gap, and counts as 0.
    """
    tokens = list(step_tokens or ())
    gaps = [max(0, gap) for gap in gaps_us or ()][: max(0, len(tokens) - 1)]
    median = statistics.median(gaps) if gaps else None
    steps: list[Step] = []
    place = 0
    for index, count in enumerate(tokens):
        gap = gaps[index - 1] if 0 < index <= len(gaps) else None
        steps.append(Step(index, place, count, gap, _stalled(gap, median)))
        place += count
    return Timing(tuple(steps), median)


def _stalled(gap: int | None, median: float | None) -> bool:
    return gap is not None and bool(median) and gap > STALL * (median or 0.0)
