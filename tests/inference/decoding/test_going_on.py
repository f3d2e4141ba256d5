"""Limits of an answer that begins with given tokens."""

from dataclasses import replace

import pytest

from inference.decoding.going_on import going_on
from inference.engines.warmup import PLAIN


@pytest.mark.parametrize(
    ("given", "most", "least"), [(0, 20, 10), (4, 16, 6), (15, 5, 0), (19, 1, 0), (50, 1, 0)]
)
def test_it_counts_what_was_given(given: int, most: int, least: int) -> None:
    left = going_on(replace(PLAIN, max_tokens=20, min_tokens=10), given)
    assert (left.max_tokens, left.min_tokens) == (most, least)


def test_it_never_asks_for_more_than_may_come() -> None:
    left = going_on(replace(PLAIN, max_tokens=20, min_tokens=20), 19)
    assert left.min_tokens <= left.max_tokens


def test_it_changes_nothing_else() -> None:
    assert going_on(PLAIN, 0) is PLAIN
    assert replace(going_on(PLAIN, 3), max_tokens=PLAIN.max_tokens) == PLAIN
