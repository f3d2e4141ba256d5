"""Entropy from a list has bounds that hold for the whole distribution."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from inference.analysis.entropy import entropy, surprise
from inference.analysis.log_probabilities import seen
from inference.engines.protocol import TokenLogprob
from tests.inference.analysis.distributions import Floats, log_softmax, logits, reported


@given(logits, st.integers(1, 20))
def test_it_bounds_the_whole_distributions_entropy(whole: Floats, listed: int) -> None:
    listing = seen(reported(whole, 0, listed))
    assert listing is not None
    truth = float(stats.entropy(np.exp(log_softmax(whole)), base=2))
    bounds = entropy(listing, len(whole))
    assert bounds.low - 1e-4 <= truth <= bounds.high + 1e-4
    assert entropy(listing).low == bounds.low


@given(logits)
def test_it_is_exact_where_everything_is_listed(whole: Floats) -> None:
    listing = seen(reported(whole, 0, len(whole)))
    assert listing is not None
    truth = float(stats.entropy(np.exp(log_softmax(whole)), base=2))
    assert entropy(listing).low == entropy(listing).high == pytest.approx(truth, abs=1e-4)


def test_it_has_no_upper_bound_without_the_vocabulary() -> None:
    listing = seen(reported(np.zeros(100), 0, 10))
    assert listing is not None
    assert entropy(listing).high == math.inf
    assert entropy(listing, 100).high == pytest.approx(math.log2(100))


def test_it_gives_surprise_in_bits() -> None:
    assert surprise(TokenLogprob(1, "a", math.log(0.125), 3, ())) == pytest.approx(3)
    assert str(surprise(TokenLogprob(1, "a", 0.0, 1, ()))) == "0.0"
