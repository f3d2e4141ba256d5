"""Do two engines draw from the same distribution?"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import chi2

from inference.engines.protocol import Engine, SamplingSettings
from tests.inference.engines.answers import Answer, ask

LEAST_EXPECTED = 10
"""Rarer tokens share one bin: below, the statistic does not follow its distribution."""


async def draws(
    engine: Engine, settings: SamplingSettings, prompt: str, count: int, first_seed: int
) -> list[Answer]:
    """So many answers, each with a seed of its own, all asked at once."""
    seeds = range(first_seed, first_seed + count)
    return list(
        await asyncio.gather(*(ask(engine, replace(settings, seed=seed), prompt) for seed in seeds))
    )


def p_value(one: Sequence[int], other: Sequence[int]) -> float:
    """Pearson's chi-square test that two samples of tokens come from one distribution: how likely
    a difference at least this large is when they do."""
    counts = [Counter(one), Counter(other)]
    tokens = sorted({*one, *other}, key=lambda token: -(counts[0][token] + counts[1][token]))
    table = np.array([[count[token] for token in tokens] for count in counts], dtype=float)
    table = _pooled(table)
    if table.shape[1] < 2:
        return 1.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return float(chi2.sf(statistic, table.shape[1] - 1))


def _pooled(table: np.ndarray) -> np.ndarray:
    """The columns with enough in them, and one for the rest. Columns come largest first."""
    rare = table.sum(axis=0) < 2 * LEAST_EXPECTED
    kept, rest = table[:, ~rare], table[:, rare].sum(axis=1, keepdims=True)
    return np.hstack([kept, rest]) if rest.sum() >= 2 * LEAST_EXPECTED else kept


def at(answers: Sequence[Answer], place: int) -> list[int]:
    """The token that each answer has at `place`; -1 where it has ended before."""
    return [answer.ids[place] if place < len(answer.ids) else -1 for answer in answers]
