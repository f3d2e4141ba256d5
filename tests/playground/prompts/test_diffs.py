"""The difference of two versions loses nothing, names words, and takes bounded time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.prompts.diffs import Piece, text_diff, turn_diffs, value_diffs

texts = st.text(alphabet="ab \n.", max_size=60)


@given(texts, texts)
def test_it_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = text_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after


def test_it_names_the_words_that_changed() -> None:
    assert text_diff("a fox who lost it", "a hen who lost it") == [
        Piece("same", "a "),
        Piece("removed", "fox"),
        Piece("added", "hen"),
        Piece("same", " who lost it"),
    ]


def test_it_follows_turns_that_come_and_go() -> None:
    system = {"role": "system", "content": "Be brief."}
    user = {"role": "user", "content": "Why?"}
    assert [(d.role, d.change) for d in turn_diffs([user], [system, user])] == [
        ("system", "added"),
        ("user", "same"),
    ]
    shouted = {"role": "user", "content": "WHY?"}
    changes = [(d.role, d.change) for d in turn_diffs([system, user], [shouted])]
    assert changes == [("system", "removed"), ("user", "changed")]


def test_it_tells_new_values_from_old() -> None:
    found = value_diffs({"a": "1", "b": "2"}, {"b": "2", "c": ""})
    assert [name for name, _ in found] == ["a", "c"]


@pytest.mark.parametrize("signs", ["a\n", "ab \n", "abcdefgh \n"])
def test_it_takes_bounded_time(signs: str) -> None:
    draw = random.Random(7)
    before, after = ("".join(draw.choices(signs, k=200_000)) for _ in range(2))
    started = time.perf_counter()
    text_diff(before, after)
    assert time.perf_counter() - started < 5
