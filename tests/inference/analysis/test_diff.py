"""Diffs are right, as short as can be, and take bounded time."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.analysis import diff
from inference.analysis.diff import Block, blocks, words

ids = st.lists(st.integers(0, 4), max_size=30)
texts = st.text(alphabet="ab .,\n", max_size=60)


def longest(first: list[int], second: list[int]) -> int:
    """The length of the longest common subsequence by the textbook's table."""
    row = [0] * (len(second) + 1)
    for one in first:
        before = 0
        for place, two in enumerate(second, 1):
            before, row[place] = (
                row[place],
                before + 1 if one == two else max(row[place], row[place - 1]),
            )
    return row[-1]


@given(ids, ids)
def test_it_keeps_as_much_as_can_be_kept(first: list[int], second: list[int]) -> None:
    same = [block for block in blocks(first, second) if block.change == "same"]
    assert sum(end - start for start, end in (block.first for block in same)) == longest(
        first, second
    )


@given(ids, ids)
def test_its_blocks_lead_from_one_to_the_other(first: list[int], second: list[int]) -> None:
    one: list[int] = []
    two: list[int] = []
    for block in blocks(first, second):
        one += first[slice(*block.first)]
        two += second[slice(*block.second)]
        if block.change == "same":
            assert first[slice(*block.first)] == second[slice(*block.second)]
        else:
            empty = block.second if block.change == "removed" else block.first
            assert empty[0] == empty[1]
    assert (one, two) == (first, second)


@given(ids, ids)
def test_no_two_blocks_that_touch_are_of_one_kind(first: list[int], second: list[int]) -> None:
    kinds = [block.change for block in blocks(first, second)]
    assert all(one != two for one, two in pairwise(kinds))


@given(texts, texts)
def test_it_gives_both_texts_back(first: str, second: str) -> None:
    pieces = words(first, second)
    assert "".join(one.text for one in pieces if one.change != "added") == first
    assert "".join(one.text for one in pieces if one.change != "removed") == second


def test_it_changes_whole_words() -> None:
    found = words("The fox lost a lantern.", "The fox found a lantern!")
    assert [(one.change, one.text) for one in found] == [
        ("same", "The fox"),
        ("removed", " lost"),
        ("added", " found"),
        ("same", " a lantern"),
        ("removed", "."),
        ("added", "!"),
    ]


def test_what_is_too_large_is_one_change_between_common_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(diff, "MAX_CELLS", 3)
    assert blocks([1, 2, 3, 4], [1, 3, 2, 4]) == [
        Block("same", (0, 1), (0, 1)),
        Block("removed", (1, 3), (1, 1)),
        Block("added", (3, 3), (1, 3)),
        Block("same", (3, 4), (3, 4)),
    ]


def test_it_is_quick_at_its_worst() -> None:
    draw = random.Random(0)
    first, second = ([draw.randrange(50) for _ in range(4096)] for _ in range(2))
    started = time.process_time()
    found = blocks(first, second)
    assert time.process_time() - started < 1
    assert sum(one.change == "same" for one in found) > 500
