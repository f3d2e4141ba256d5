"""What N answers have in common, against definitions computed another way."""

from itertools import combinations
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.analysis.samples import clusters, distinct, lengths, majority, pass_all, pass_at

counts = st.integers(1, 9).flatmap(
    lambda n: st.tuples(st.integers(1, n), st.just(n), st.integers(0, n))
)


@given(counts)
def test_it_gives_pass_at_k_as_the_mean_over_all_draws(drawn: tuple[int, int, int]) -> None:
    k, samples, correct = drawn
    outcomes = [place < correct for place in range(samples)]
    draws = list(combinations(outcomes, k))
    assert pass_at(*drawn) == pytest.approx(fmean(any(draw) for draw in draws))
    assert pass_all(*drawn) == pytest.approx(fmean(all(draw) for draw in draws))


@pytest.mark.parametrize("wrong", [(0, 5, 1), (6, 5, 1), (1, 5, 6), (1, 5, -1)])
def test_it_refuses_counts_that_cannot_be(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        pass_at(*wrong)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40))
def test_it_puts_every_length_in_one_bin(values: list[int]) -> None:
    found = lengths(values)
    assert found is not None
    assert sum(found.counts) == len(values)
    assert len(found.edges) == len(found.counts) + 1
    assert (found.shortest, found.longest) == (min(values), max(values))
    assert found.median == np.median(values)


def test_it_has_no_lengths_of_nothing() -> None:
    assert lengths([]) is None


def test_it_groups_identical_answers() -> None:
    found = clusters(["b", "a", "c", "a"])
    assert [(cluster.answer, cluster.members) for cluster in found] == [
        ("a", (1, 3)),
        ("b", (0,)),
        ("c", (2,)),
    ]


def test_it_counts_distinct_n_grams_within_answers() -> None:
    answers = [[1, 2, 1, 2], [2, 1, 3]]
    assert distinct(answers, 1) == 3 / 7
    assert distinct(answers, 2) == 3 / 5  # (1,2) (2,1) (1,2) (2,1) (1,3)
    assert distinct(answers, 9) is None


def test_it_counts_votes_against_all_samples() -> None:
    found = majority(["42", None, "42", "17"])
    assert found is not None
    assert (found.answer, found.votes, found.share, found.tied) == ("42", 2, 0.5, ())


def test_it_takes_the_first_of_tied_answers_and_names_them() -> None:
    found = majority(["17", "42", "42", "17", "3"])
    assert found is not None
    assert (found.answer, found.tied) == ("17", ("17", "42"))


def test_it_has_no_vote_without_answers() -> None:
    assert majority([None, None]) is None
