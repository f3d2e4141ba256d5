"""Histograms as they are kept: nothing is lost on the way, and a percentile is within 1 %."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from playground.analytics.buckets import Spread, at_hours, bucket_of, middle_of, placed, together

values = some.lists(some.floats(1, 1e12), min_size=1, max_size=200)
shares = some.sampled_from([0.0, 0.01, 0.5, 0.75, 0.95, 0.99, 1.0])


def spread_of(numbers: list[float]) -> Spread:
    return Spread(np.bincount([bucket_of(number) for number in numbers]))


@given(values, shares)
def test_it_finds_percentiles_within_one_percent(numbers: list[float], share: float) -> None:
    rank = max(1, math.ceil(share * len(numbers)))
    found = spread_of(numbers).percentile(share)
    assert found == pytest.approx(sorted(numbers)[rank - 1], rel=0.0101)


@given(values, some.integers(1, 300))
def test_it_finds_the_bucket_of_a_rank_from_above(numbers: list[float], rank: int) -> None:
    ordered = sorted(numbers, reverse=True)
    expected = ordered[min(rank, len(ordered)) - 1]
    assert spread_of(numbers).bucket_of_rank(rank) == bucket_of(expected)


@given(some.lists(values, max_size=4))
def test_it_puts_kept_ones_together_as_strings(lists: list[list[float]]) -> None:
    every = [spread_of(numbers) for numbers in lists]
    whole = Spread.unpacked(b"".join(one.packed() for one in every))
    assert whole == together(every)
    assert whole.total() == sum(len(numbers) for numbers in lists)
    assert Spread.unpacked(whole.packed()) == whole


@given(
    some.lists(some.tuples(some.integers(0, 23), values), max_size=5, unique_by=lambda at: at[0])
)
def test_it_keeps_the_hours_of_a_day_apart(hours: list[tuple[int, list[float]]]) -> None:
    kept = at_hours([spread_of(numbers).packed() for _, numbers in hours], [at for at, _ in hours])
    day = b"".join(kept)
    places = np.array([[-1] * 6 + [0] * 6 + [1] * 12])
    found = placed([day], places, 2)
    for place, its in enumerate((range(6, 12), range(12, 24))):
        assert Spread(found[place]) == together(spread_of(n) for at, n in hours if at in its)
    assert Spread.unpacked(day) == together(spread_of(numbers) for _, numbers in hours)


def test_it_knows_when_there_is_nothing() -> None:
    nothing = Spread()
    assert (nothing.total(), nothing.percentile(0.5), nothing.greatest()) == (0, None, -1)
    assert not nothing
    assert nothing.packed() == b""
    with pytest.raises(ValueError, match="no values"):
        nothing.bucket_of_rank(1)


def test_it_says_when_a_bucket_is_too_full() -> None:
    with pytest.raises(OverflowError, match="four bytes"):
        Spread(np.array([2**32])).packed()
    assert Spread.unpacked(Spread(np.array([2**32 - 1])).packed()).total() == 2**32 - 1


def test_it_names_a_value_in_the_middle_of_its_bucket() -> None:
    assert [bucket_of(value) for value in (-5, 0, 0.5, 1, 1.03)] == [0, 0, 0, 0, 1]
    assert middle_of(bucket_of(1000)) == pytest.approx(1000, rel=0.0101)
