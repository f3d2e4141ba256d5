"""What a list says of other filters is what the engine's own filters do to the whole vocabulary."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference.analysis.what_if import SLACK, Filters, WhatIf, first_cut, what_if, what_if_all
from tests.inference.analysis.distributions import Floats, drawn, logits, reported

filters = st.builds(
    Filters,
    temperature=st.floats(0.05, 2),
    top_k=st.sampled_from([0, 0, 1, 3, 10, 20, 30, 60]),
    top_p=st.one_of(st.just(1.0), st.floats(0.05, 0.999)),
    min_p=st.one_of(st.just(0.0), st.floats(0.001, 0.5)),
)


NEARLY_EVEN = np.linspace(0.1, 0, 1000)


def probabilities(whole: Floats, given_: Filters) -> tuple[NDArray[np.bool_], Floats]:
    """The engine's, imported when they are first asked for: that takes ten seconds, and every run
    of pytest reads this file."""
    from tests.inference.analysis import engine_filters

    return engine_filters.probabilities(whole, given_)


def judged(whole: Floats, chosen: int, given_: Filters, *, sized: bool = True) -> WhatIf:
    found = what_if(reported(whole, chosen), given_, len(whole) if sized else None)
    assert found is not None
    return found


@settings(max_examples=300, deadline=None)
@given(logits, filters, st.booleans())
def test_it_agrees_with_the_engines_filters(whole: Floats, given_: Filters, sized: bool) -> None:
    chosen = int(np.argsort(-whole)[min(len(whole) - 1, 25)])
    found = judged(whole, chosen, given_, sized=sized)
    inside, truth = probabilities(whole, given_)
    for candidate in (*found.candidates, found.chosen):
        assert candidate.verdict in (("kept" if inside[candidate.token_id] else "cut"), "undecided")
        low, high = candidate.probability.low, candidate.probability.high
        assert low - 2e-4 <= truth[candidate.token_id] <= high + 2e-4
    listed = {candidate.token_id for candidate in found.candidates}
    others = [id for id in range(len(whole)) if id not in listed]
    assert found.rest in (("kept" if any(inside[others]) else "cut"), "undecided")
    assert found.rest_share.low - 2e-4 <= truth[others].sum() <= found.rest_share.high + 2e-4


@given(
    logits.filter(lambda whole: len(whole) > 20),
    st.builds(
        Filters,
        temperature=st.floats(0.05, 2),
        top_k=st.integers(1, 19),
        top_p=st.floats(0.05, 1),
        min_p=st.floats(0, 0.5),
    ),
)
def test_it_decides_everything_where_top_k_ends_within_the_list(
    whole: Floats, given_: Filters
) -> None:
    apart = -np.diff(-np.sort(-whole)[:20]) / given_.temperature
    assume(apart.min() > 4 * SLACK)  # equal ones may be sorted either way
    found = judged(whole, 0, given_, sized=False)
    undecided = [one for one in found.candidates if one.verdict == "undecided"]
    # One whose call is too close for float32; those before it weigh no more than the slack.
    assert sum(one.probability.high for one in undecided[:-1]) <= 3 * SLACK
    assert found.rest == "cut"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 24), min_size=15, max_size=80).map(sorted),
    st.builds(
        Filters,
        temperature=st.sampled_from([0.5, 1, 1.7]),
        top_k=st.integers(0, 20),
        top_p=st.floats(0.05, 1),
        min_p=st.sampled_from([0, 0.05, 0.3]),
    ),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_it_says_nothing_wrong_where_tokens_are_tied(
    steps: list[int], given_: Filters, sized: bool, order: Random
) -> None:
    """As the logits of a model in bfloat16 are. (Ties of two unlisted tokens are left out.)"""
    order.shuffle(steps)
    whole = np.array(steps) / 8
    inside, _ = probabilities(whole, given_)
    for chosen in (0, len(steps) // 2):
        found = judged(whole, chosen, given_, sized=sized)
        listed = {one.token_id for one in found.candidates}
        for one in (*found.candidates, found.chosen):
            assert one.verdict in (("kept" if inside[one.token_id] else "cut"), "undecided")
        others = [id for id in range(len(whole)) if id not in listed]
        assert found.rest in (("kept" if any(inside[others]) else "cut"), "undecided")


def test_it_says_undecided_where_an_unlisted_token_may_be_as_likely_as_the_last() -> None:
    whole = np.array([3.0, *[2.0] * 30])
    found = judged(whole, 0, Filters(top_k=20))
    assert found.rest == "undecided"
    assert found.candidates[0].probability.low < probabilities(whole, Filters(top_k=20))[1][0]
    alone = judged(np.array([3.0, *[2.0] * 19, 1.0]), 0, Filters(top_k=20))
    assert alone.rest == "cut"


def test_it_decides_min_p_whatever_is_unseen() -> None:
    whole = drawn(3, 5000, 0.3)
    found = judged(whole, 0, Filters(min_p=0.9), sized=False)
    inside, _ = probabilities(whole, Filters(min_p=0.9))
    kept = {one.token_id for one in found.candidates if one.verdict == "kept"}
    assert kept == set(np.flatnonzero(inside))


def test_it_says_undecided_where_unseen_mass_decides() -> None:
    found = judged(NEARLY_EVEN, 0, Filters(temperature=1.5, top_p=0.01), sized=False)
    assert [one.verdict for one in found.candidates] == ["kept"] * 10 + ["undecided"] * 10
    assert found.rest == "undecided"


def test_the_vocabularys_size_settles_more() -> None:
    given_ = Filters(temperature=1.5, top_p=0.01)
    found = judged(NEARLY_EVEN, 0, given_)
    assert [one.verdict for one in found.candidates[:9]] == ["kept"] * 9
    assert found.candidates[12].verdict == "cut"


def test_it_names_the_filter_that_cut() -> None:
    whole = np.log([0.5, 0.25, 0.15, 0.06, 0.04])
    cases = {
        "min_p": Filters(min_p=0.2),
        "top_k": Filters(top_k=3),
        "top_p": Filters(top_p=0.8),
        "temperature": Filters(temperature=0),
    }
    for name, given_ in cases.items():
        assert judged(whole, 4, given_).chosen.cut_by == name


def test_greedy_keeps_the_likeliest_alone() -> None:
    found = judged(np.log([0.5, 0.3, 0.2]), 1, Filters(temperature=0))
    assert found.survivors == (1, 1)
    assert found.candidates[0].probability.low == 1
    assert found.chosen.verdict == "cut"


def test_greedy_does_not_choose_between_equals() -> None:
    found = judged(np.log([0.4, 0.4, 0.2]), 1, Filters(temperature=0))
    assert found.survivors == (0, 2)


def test_it_judges_a_chosen_token_outside_the_list() -> None:
    whole = np.linspace(3, 0, 200)
    chosen = 150
    assert judged(whole, chosen, Filters()).chosen.verdict == "kept"
    assert judged(whole, chosen, Filters(top_k=100)).chosen.cut_by == "top_k"
    assert judged(whole, chosen, Filters(top_k=160)).chosen.verdict == "kept"
    assert judged(whole, chosen, Filters(min_p=0.5)).chosen.cut_by == "min_p"
    assert judged(whole, chosen, Filters(top_p=0.05)).chosen.cut_by == "top_p"


def test_it_finds_the_first_token_that_would_have_been_cut() -> None:
    choices = [reported(np.log([0.6, 0.3, 0.1]), chosen) for chosen in (0, 1, 2, 0)]
    assert first_cut(what_if_all(choices, Filters())) is None
    assert first_cut(what_if_all(choices, Filters(top_k=2))) == 2
    assert first_cut(what_if_all(choices, Filters(temperature=0))) == 1


@pytest.mark.parametrize("size", [None, 5])
def test_it_has_nothing_to_say_without_a_list(size: int | None) -> None:
    choice = replace(reported(np.zeros(5), 0), top=())
    assert what_if(choice, Filters(), size) is None


@pytest.mark.parametrize("temperature", [1e-5, 0.001, 2.0, 1000.0])
def test_it_bears_extreme_temperatures(temperature: float) -> None:
    whole = np.concatenate([[0.0], np.full(50, -700.0)])
    found = judged(whole, 1, Filters(temperature=temperature, top_p=0.9), sized=False)
    assert found.candidates[0].verdict == "kept"
