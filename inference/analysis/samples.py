"""What N answers to one question have in common: lengths, repeats, variety, votes, pass rates."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Lengths:
    """Answers' lengths in tokens. `counts[i]` of them lie between `edges[i]` and `edges[i + 1]`."""

    shortest: int
    median: float
    mean: float
    longest: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Answers that are the same: what they are, and the numbers of the samples (from 0)."""

    answer: Hashable
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """The answer that most samples gave; `tied` holds all where several got as many.

    `share` is of all samples: one from which no answer could be read counts against.
    """

    answer: Hashable
    votes: int
    share: float
    tied: tuple[Hashable, ...]


def lengths(counts: Sequence[int], bins: int = 12) -> Lengths | None:
    """The distribution of lengths, in bins of whole tokens; None of nothing."""
    if not counts:
        return None
    values = np.asarray(counts)
    low, high = int(values.min()), int(values.max())
    width = max(1, math.ceil((high - low + 1) / bins))
    edges = np.arange(low, high + width + 1, width)
    histogram, _ = np.histogram(values, edges)
    return Lengths(
        low,
        float(np.median(values)),
        float(values.mean()),
        high,
        tuple(float(edge) for edge in edges),
        tuple(int(count) for count in histogram),
    )


def clusters(answers: Sequence[Hashable]) -> list[Cluster]:
    """Identical answers together: the largest cluster first, then by the first member."""
    members: dict[Hashable, list[int]] = {}
    for number, answer in enumerate(answers):
        members.setdefault(answer, []).append(number)
    found = [Cluster(answer, tuple(numbers)) for answer, numbers in members.items()]
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members[0]))


def distinct(answers: Sequence[Sequence[Hashable]], n: int) -> float | None:
    """distinct-n: different n-grams over all n-grams of all answers (Li et al. 2016, “A
    Diversity-Promoting Objective Function”). None where no answer has n tokens. It falls with
    length, so compare it between answers of like length only."""
    grams = Counter(
        tuple(answer[start : start + n])
        for answer in answers
        for start in range(len(answer) - n + 1)
    )
    return len(grams) / grams.total() if grams else None


def majority(answers: Sequence[Hashable | None]) -> Vote | None:
    """The vote of self-consistency (Wang et al. 2023); None where no sample gave an answer. Of tied
    answers the one that came first is taken."""
    votes = Counter(answer for answer in answers if answer is not None)
    if not votes:
        return None
    first, most = votes.most_common(1)[0]
    tied = tuple(answer for answer, count in votes.items() if count == most)
    return Vote(first, most, most / len(answers), tied if len(tied) > 1 else ())


def pass_at(k: int, samples: int, correct: int) -> float:
    """pass@k, unbiased: 1 − C(n−c, k)/C(n, k), the chance that at least one of k samples drawn from
    the n is right (Chen et al. 2021, “Evaluating Large Language Models Trained on Code”, eq. 1).

    Raises ValueError unless 1 ≤ k ≤ n and 0 ≤ c ≤ n.
    """
    _check(k, samples, correct)
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)


def pass_all(k: int, samples: int, correct: int) -> float:
    """pass^k: C(c, k)/C(n, k), the chance that all of k samples drawn from the n are right (Yao et
    al. 2024, “τ-bench”). Raises ValueError as `pass_at`."""
    _check(k, samples, correct)
    return math.comb(correct, k) / math.comb(samples, k)


def _check(k: int, samples: int, correct: int) -> None:
    if not 1 <= k <= samples or not 0 <= correct <= samples:
        raise ValueError(f"k={k} of {samples} samples, {correct} of them right, cannot be.")
