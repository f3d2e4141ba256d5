"""Whether one lane differs from another on the same prompts and seeds, or only seems to.

Each pair is one prompt with one seed, answered by both lanes, in an order drawn at random. Shown
are the median of the pairs' differences with its bootstrap interval, and of rates each with
Wilson's. A difference is called shown only where the interval leaves out 0 and the exact sign test
agrees after Holm's correction for how many comparisons were made: the bootstrap alone is too
sure of itself with few pairs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from inference.analysis.log_probabilities import Interval

RESAMPLES = 9999
DRAWN_AT_ONCE = 4_000_000
"""Index draws held in memory together (32 MB)."""
NONE_SHOWN = "no difference shown"


@dataclass(frozen=True, slots=True)
class Difference:
    """Second lane minus first: over how many pairs, the median and its interval, and the sign
    test's p. `adjusted` is p after Holm's correction, and `verdict` says which lane has less.
    """

    pairs: int
    median: float
    interval: Interval
    p: float
    adjusted: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, and Wilson's interval of the share."""

    count: int
    total: int
    share: float
    interval: Interval


def compare(
    pairs: Sequence[tuple[Sequence[float | None], Sequence[float | None]]],
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Difference | None]:
    """Several comparisons at once, each of two lanes' values pair by pair, corrected together.

    A pair of which one value is missing is left out; a comparison without two pairs is None.
    """
    differences = [_differences(first, second) for first, second in pairs]
    tests = [sign_test(values) if values.size > 1 else None for values in differences]
    adjusted = iter(holm([p for p in tests if p is not None]))
    return [
        None if p is None else _compared(values, p, next(adjusted), confidence, seed)
        for values, p in zip(differences, tests, strict=True)
    ]


def _compared(
    values: NDArray[np.float64], p: float, adjusted: float, confidence: float, seed: int
) -> Difference:
    median = float(np.median(values))
    interval = bootstrap_median(values, confidence, seed)
    shown = not interval.low <= 0 <= interval.high and adjusted <= 1 - confidence
    verdict = NONE_SHOWN if not shown else "second is lower" if median < 0 else "second is higher"
    return Difference(values.size, median, interval, p, adjusted, verdict)


def _differences(
    first: Sequence[float | None], second: Sequence[float | None]
) -> NDArray[np.float64]:
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    return np.array([b - a for a, b in both], dtype=np.float64)


def bootstrap_median(
    values: Sequence[float] | NDArray[np.float64], confidence: float = 0.95, seed: int = 0
) -> Interval:
    """The percentile bootstrap's interval of the median (Efron and Tibshirani 1993, ch. 13), from
    9,999 resamples drawn by a generator seeded with `seed`. Raises ValueError of nothing."""
    data = np.asarray(values, dtype=np.float64)
    if data.size == 0:
        raise ValueError("There is no interval of no values.")
    generator = np.random.default_rng(seed)
    rows = max(1, DRAWN_AT_ONCE // data.size)
    medians = [
        np.median(
            data[generator.integers(0, data.size, (min(rows, RESAMPLES - done), data.size))], 1
        )
        for done in range(0, RESAMPLES, rows)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(medians), [tail, 1 - tail])
    return Interval(float(low), float(high))


def sign_test(values: Sequence[float] | NDArray[np.float64]) -> float:
    """The exact two-sided sign test's p that the median is 0; pairs that are equal are left out.

    P = min(1, 2·P(X ≤ min(above, below))), X binomial with ½. For pairs of right and wrong it is
    McNemar's exact test.
    """
    data = np.asarray(values, dtype=np.float64)
    above, below = int((data > 0).sum()), int((data < 0).sum())
    total = above + below
    ways = sum(math.comb(total, count) for count in range(min(above, below) + 1))
    return min(1.0, 2 * ways / (1 << total))


def wilson(count: int, total: int, confidence: float = 0.95) -> Rate | None:
    """The score interval of a share (Wilson 1927); None of nothing. Raises ValueError where count
    is not within 0 and total."""
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} cannot be.")
    if not total:
        return None
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = count / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return Rate(count, total, share, Interval(max(0.0, middle - half), min(1.0, middle + half)))


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted for all of them together (Holm 1979): the i-th smallest of m, times
    m − i + 1, never less than one before it, at most 1. In the order given."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted = [0.0] * len(values)
    reached = 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = reached
    return adjusted
