"""The check that holds engines against one another sees what it should see."""

from __future__ import annotations

import numpy as np

from tests.inference.engines.distributions import p_value

PROBABILITIES = np.array([0.4, 0.2, 0.1, 0.1] + [0.01] * 20)


def sample(seed: int, probabilities: np.ndarray = PROBABILITIES) -> list[int]:
    generator = np.random.default_rng(seed)
    return [int(token) for token in generator.choice(len(probabilities), 800, p=probabilities)]


def test_it_finds_no_difference_where_there_is_none() -> None:
    found = [p_value(sample(seed), sample(1000 + seed)) for seed in range(200)]
    assert 0.4 < np.mean(found) < 0.6
    assert np.mean(np.array(found) < 0.05) < 0.1


def test_it_finds_another_temperature() -> None:
    flatter = PROBABILITIES**0.7 / (PROBABILITIES**0.7).sum()
    assert max(p_value(sample(seed), sample(seed, flatter)) for seed in range(20)) < 1e-3
