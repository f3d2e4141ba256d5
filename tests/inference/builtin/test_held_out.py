"""The held-out conversations are fixed, and none was trained on."""

from collections import Counter
from itertools import islice

import pytest

from inference.builtin.corpus import SHARES, documents, held_out

SPLIT = held_out.load()


def test_it_holds_as_many_conversations_of_each_kind() -> None:
    assert Counter(each.kind for each in SPLIT) == dict.fromkeys(SHARES, 40)


def test_it_holds_none_twice() -> None:
    assert len({each.messages for each in SPLIT}) == len(SPLIT)


def test_it_draws_them_from_a_seed_of_their_own() -> None:
    trained = {each.messages for each in islice(documents(0), 2_000)}
    stories = [each for each in SPLIT if each.kind == "stories"]
    assert held_out.unseen("stories", 40, trained) == stories


@pytest.mark.slow
def test_it_holds_none_that_was_trained_on() -> None:
    trained = (each.messages for each in islice(documents(0), held_out.TRAINED_ON))
    held = {each.messages for each in SPLIT}
    assert held.isdisjoint(trained)
