"""A lane's samples, and the one that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.decoding.declaration import MAX_SEED
from inference.strategies.best_of import likeliest
from inference.strategies.self_consistency import Vote, extracted, tally


@dataclass(frozen=True, slots=True)
class Drawn:
    """One sample: `score` is the mean natural-log probability of its tokens, None where it was not
    kept. One that did not end by itself or at its limit, `whole` False, is not chosen or counted.
    """

    text: str
    score: float | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """`shown` is the index of the sample to show. `answers` are what each sample comes to, None
    where nothing could be found in it or it is not whole; `votes` counts them, most first."""

    shown: int
    answers: tuple[str | None, ...]
    votes: tuple[Vote, ...]


def seeds(first: int, number: int) -> list[int]:
    """The seeds of a lane's samples: those that follow the first."""
    return [(first + index) % (MAX_SEED + 1) for index in range(number)]


def choose(strategy: str, drawn: Sequence[Drawn]) -> Choice:
    """Which of `drawn` (at least one) the lane shows by "first", "best_of" or "self_consistency".

    Votes are counted whatever the strategy, so that they can be seen beside it.
    """
    answers = tuple(extracted(each.text) if each.whole else None for each in drawn)
    votes = tally(answers)
    shown = 0
    if strategy == "best_of":
        shown = likeliest([each.score if each.whole else None for each in drawn])
    elif strategy == "self_consistency" and votes:
        shown = votes[0].samples[0]
    return Choice(shown, answers, votes)
