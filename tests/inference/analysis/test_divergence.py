"""Lanes are aligned by token id, and their lists compared by Jensen–Shannon."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from inference.analysis.divergence import align, diverge, jensen_shannon
from inference.analysis.log_probabilities import seen
from inference.engines.protocol import TokenLogprob
from tests.inference.analysis.distributions import Floats, drawn, log_softmax, reported

two = st.tuples(
    st.integers(0, 2**32), st.integers(0, 2**32), st.integers(2, 300), st.floats(0.1, 6)
).map(lambda drawn_: [drawn(seed, drawn_[2], drawn_[3]) for seed in drawn_[:2]])


def truth(first: Floats, second: Floats) -> float:
    p, q = (np.exp(log_softmax(logits)) for logits in (first, second))
    return float(jensenshannon(p, q, base=2)) ** 2


@given(two, st.integers(1, 20))
def test_it_bounds_the_divergence_of_the_whole_distributions(
    pair: list[Floats], listed: int
) -> None:
    lists = [seen(reported(whole, 0, listed)) for whole in pair]
    assert lists[0]
    assert lists[1]
    estimate, bounds = jensen_shannon(lists[0], lists[1])
    assert bounds.low - 1e-6 <= truth(*pair) <= bounds.high + 1e-6
    assert bounds.low - 1e-9 <= estimate <= bounds.high + 1e-9


@given(two)
def test_it_equals_scipy_where_everything_is_listed(pair: list[Floats]) -> None:
    lists = [seen(reported(whole, 0, len(whole))) for whole in pair]
    assert lists[0]
    assert lists[1]
    estimate, bounds = jensen_shannon(lists[0], lists[1])
    expected = pytest.approx(truth(*pair), abs=1e-6)
    assert estimate == expected
    assert (bounds.low, bounds.high) == (expected, expected)


def test_it_is_one_bit_for_lists_without_a_token_in_common() -> None:
    first = TokenLogprob(1, "a", 0.0, 1, ((1, "a", 0.0),))
    second = TokenLogprob(2, "b", 0.0, 1, ((2, "b", 0.0),))
    found = diverge([first], [second])
    assert (found.alignment.shared, found.alignment.end) == (0, "split")
    assert [position.divergence for position in found.positions] == [1.0]


@pytest.mark.parametrize(
    ("lanes", "shared", "end"),
    [
        ([[1, 2, 3], [1, 2, 3]], 3, "same"),
        ([[1, 2, 3], [1, 5, 3]], 1, "split"),
        ([[1, 2, 3], [1, 2]], 2, "shorter"),
        ([[1, 2], [1, 2, 3], [4]], 0, "split"),
        ([[], [1]], 0, "shorter"),
        ([[], []], 0, "same"),
    ],
)
def test_it_aligns_from_the_start(lanes: list[list[int]], shared: int, end: str) -> None:
    found = align(lanes)
    assert (found.shared, found.end) == (shared, end)


def lane(*ids: int, seed: int = 0) -> list[TokenLogprob]:
    return [reported(drawn(seed + place, 60, 2), id) for place, id in enumerate(ids)]


def test_it_compares_every_shared_position_and_the_one_where_they_part() -> None:
    found = diverge(lane(1, 2, 3, 4), lane(1, 2, 9, 9))
    assert [position.index for position in found.positions] == [0, 1, 2]
    assert all(position.divergence == pytest.approx(0, abs=1e-12) for position in found.positions)


def test_it_compares_answers_that_are_the_same_to_the_end() -> None:
    assert len(diverge(lane(1, 2), lane(1, 2, seed=50)).positions) == 2


def test_it_says_when_ids_mean_different_texts() -> None:
    other = [TokenLogprob(1, "zebra", -0.1, 1, ((1, "zebra", -0.1),))]
    found = diverge(lane(1), other)
    assert not found.comparable
    assert found.positions == ()


def test_it_has_no_positions_without_lists() -> None:
    bare = [TokenLogprob(1, "<1>", -0.1, 1, ())]
    assert diverge(bare, bare).positions == ()
