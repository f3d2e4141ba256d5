"""Whether a run's times are its own, or those of what ran beside it too."""

from dataclasses import dataclass
from typing import cast

from inference.analysis.fairness import Load, Mode, contended
from playground.compare.insight.answers import Answers
from playground.compare.models import Comparison


@dataclass(frozen=True, slots=True)
class Contention:
    """Why the times of a run's answers don't compare as they are; `by_others` where runs that this
    one could not know of took part."""

    words: str
    by_others: bool


def contention_of(run: Comparison, answers: Answers) -> Contention | None:
    """None where nothing speaks against them, or the load was not recorded."""
    loads = [
        Load(row.load_running, row.load_waiting or 0) if row.load_running is not None else None
        for row in answers.rows
    ]
    words = contended(cast(Mode, run.lane_order), loads)
    by_others = any(load is not None and (load.running or load.waiting) for load in loads)
    return Contention(words, by_others) if words else None
