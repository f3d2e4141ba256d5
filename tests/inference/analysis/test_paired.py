"""Paired statistics against SciPy's and statsmodels'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.descriptivestats import sign_test as reference_sign_test
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from inference.analysis.paired import (
    NONE_SHOWN,
    bootstrap_median,
    compare,
    holm,
    sign_test,
    wilson,
)

shares = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize("size", [2, 9, 40, 300])
def test_it_draws_the_interval_that_scipy_draws(size: int) -> None:
    values = np.random.default_rng(size).gamma(2, 30, size) - 40
    theirs = stats.bootstrap(
        (values,),
        np.median,
        method="percentile",
        n_resamples=9999,
        batch=4_000_000 // size,
        rng=np.random.default_rng(7),
    ).confidence_interval
    ours = bootstrap_median(values, seed=7)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    generator = np.random.default_rng(5)
    held = 0
    for trial in range(200):
        interval = bootstrap_median(generator.exponential(1, 60), seed=trial)
        held += interval.low <= np.log(2) <= interval.high
    assert 178 <= held <= 200  # 95 % of 200, within three standard errors


def test_it_refuses_an_interval_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap_median([])


@settings(deadline=None)
@given(shares, st.sampled_from([0.8, 0.95, 0.99]))
def test_it_gives_wilsons_interval(drawn: tuple[int, int], confidence: float) -> None:
    found = wilson(*drawn, confidence)
    assert found is not None
    theirs = proportion_confint(*drawn, alpha=1 - confidence, method="wilson")
    assert (found.interval.low, found.interval.high) == pytest.approx(theirs, abs=1e-12)


def test_it_has_no_rate_of_nothing_and_refuses_more_than_all() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="cannot be"):
        wilson(3, 2)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_it_adjusts_as_holm_does(values: list[float]) -> None:
    theirs = multipletests(values, method="holm")[1]
    assert holm(values) == pytest.approx(list(theirs), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=60))
def test_it_gives_the_exact_sign_tests_p(values: list[int]) -> None:
    if not any(values):
        assert sign_test(values) == 1
        return
    assert sign_test(values) == pytest.approx(float(reference_sign_test(values)[1]))


def test_it_shows_a_difference_that_is_there() -> None:
    first = list(np.random.default_rng(1).normal(100, 10, 40))
    (found,) = compare([(first, [value - 20 for value in first])])
    assert found is not None
    assert found.verdict == "second is lower"
    assert found.median == pytest.approx(-20)


def test_it_shows_none_where_the_interval_covers_zero() -> None:
    generator = np.random.default_rng(2)
    (found,) = compare([(list(generator.normal(0, 1, 50)), list(generator.normal(0, 1, 50)))])
    assert found is not None
    assert found.interval.low <= 0 <= found.interval.high
    assert found.verdict == NONE_SHOWN


def test_it_shows_none_from_too_few_pairs_though_all_agree() -> None:
    (found,) = compare([([1.0, 2.0, 3.0], [2.0, 3.5, 4.0])])
    assert found is not None
    assert found.interval.low > 0
    assert found.verdict == NONE_SHOWN


def test_many_comparisons_need_more_evidence() -> None:
    pair = ([0.0] * 8, [1.0] * 7 + [-1.0])
    (alone,) = compare([([0.0] * 8, [1.0] * 8)])
    among = compare([([0.0] * 8, [1.0] * 8)] + [pair] * 20)
    assert alone is not None
    assert among[0] is not None
    assert alone.verdict == "second is higher"
    assert among[0].verdict == NONE_SHOWN


def test_it_seldom_shows_what_is_not_there() -> None:
    generator = np.random.default_rng(3)
    shown = 0
    for _ in range(300):
        (found,) = compare([(list(generator.normal(0, 1, 12)), list(generator.normal(0, 1, 12)))])
        assert found is not None
        shown += found.verdict != NONE_SHOWN
    assert shown <= 300 * 0.05 + 3 * (300 * 0.05 * 0.95) ** 0.5


def test_it_leaves_out_pairs_of_which_one_is_missing() -> None:
    found, nothing = compare([([1.0, None, 3.0], [2.0, 5.0, 4.0]), ([None], [1.0])])
    assert found is not None
    assert found.pairs == 2
    assert nothing is None
