"""A rule fires after bad minutes in a row, is over after good ones, and does not flap between."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from playground.alerts.judging import Minute, Standing, judge, judge_workers, step

LIMIT = 100.0


def changes(values: Iterable[float | None], fire_after: int, resolve_after: int) -> list[int]:
    """At which minutes it fired or was over."""
    standing, found = Standing(firing=False), []
    for at, value in enumerate(values):
        after = step(standing, judge(value, LIMIT), fire_after, resolve_after)
        if after.firing != standing.firing:
            found.append(at)
        standing = after
    return found


def test_it_fires_after_so_many_bad_minutes_in_a_row() -> None:
    assert changes([100, 100, 99, 100, 100, 100, 100], 3, 2) == [5]
    assert changes([100], 1, 2) == [0]


def test_it_is_over_after_so_many_good_minutes_in_a_row() -> None:
    assert changes([200, 10, 10, 95, 10, 10, 10, 10], 1, 3) == [0, 6]


def test_it_takes_a_minute_without_anything_for_good() -> None:
    assert changes([200, None, None], 1, 2) == [0, 2]


def test_it_judges_by_a_limit_with_a_gap_below() -> None:
    assert judge(100, LIMIT) is Minute.BAD
    assert judge(99.9, LIMIT) is Minute.NEITHER
    assert judge(90, LIMIT) is Minute.NEITHER
    assert judge(89.9, LIMIT) is Minute.GOOD
    assert (judge_workers(0), judge_workers(1)) == (Minute.BAD, Minute.GOOD)


@given(st.lists(st.floats(90, 110), min_size=1, max_size=300), st.integers(1, 5))
def test_it_never_flaps_at_the_limit(values: list[float], fire_after: int) -> None:
    assert len(changes(values, fire_after, 2)) <= 1


@given(st.lists(st.floats(0, 200), min_size=1, max_size=300), st.integers(1, 5), st.integers(2, 5))
def test_it_changes_no_faster_than_its_rows_allow(
    values: list[float], fire_after: int, resolve_after: int
) -> None:
    found = changes(values, fire_after, resolve_after)
    pauses = [later - earlier for earlier, later in pairwise(found)]
    for number, pause in enumerate(pauses):
        assert pause >= (resolve_after if number % 2 == 0 else fire_after)
