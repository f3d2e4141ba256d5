"""The timing strip: gaps, steps of several tokens, stalls."""

from hypothesis import given
from hypothesis import strategies as st

from inference.analysis.timing import timing


def test_it_gives_each_step_its_gap_and_its_first_token() -> None:
    found = timing([10, 20, 30], [1, 3, 1, 2])
    assert [(one.first_token, one.tokens, one.gap_us) for one in found.steps] == [
        (0, 1, None),
        (1, 3, 10),
        (4, 1, 20),
        (5, 2, 30),
    ]
    assert found.median_us == 20
    assert found.multi_token_steps == 2


def test_it_flags_gaps_over_three_medians() -> None:
    found = timing([100, 100, 300, 301, 100], [1] * 6)
    assert [one.index for one in found.stalls] == [4]
    assert found.stalled_us == 301


def test_a_clock_that_went_back_gives_no_negative_gap() -> None:
    assert [one.gap_us for one in timing([-5, 10], [1, 1, 1]).steps] == [None, 0, 10]


def test_steps_at_the_same_time_are_no_stalls() -> None:
    assert timing([0, 0, 50], [1] * 4).stalls == ()


def test_it_has_nothing_to_show_of_nothing() -> None:
    for gaps, tokens in ((None, None), ([], []), ([], [1])):
        found = timing(gaps, tokens)
        assert found.median_us is None
        assert found.total_us == 0


@given(st.lists(st.integers(0, 10**6), max_size=50))
def test_it_loses_no_time(gaps: list[int]) -> None:
    assert timing(gaps, [1] * (len(gaps) + 1)).total_us == sum(gaps)
