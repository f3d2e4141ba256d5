"""Drafted tokens are counted as a speculating engine would take them."""

import pytest

from inference.builtin.acceptance import agreement, measured, opening, tokens_per_step
from inference.builtin.answers import Speaker
from inference.builtin.corpus import held_out
from inference.builtin.corpus.documents import Document, Message
from tests.inference.builtin.family import SMALL

TALK = Document("everyday", (Message("user", "Hello!"), Message("assistant", "Hi 12.")))


@pytest.fixture(scope="module")
def small() -> Speaker:
    return Speaker.load(SMALL)


@pytest.mark.parametrize(
    ("agreed", "most", "gained"),
    [
        ([False, True, True, True, True], 3, 4.0),
        ([False, True, True, True, True], 1, 2.0),
        ([True, False, False, False], 3, 1.0),
        ([True, True, False, True], 3, 1.5),
        ([True], 3, 1.0),
    ],
)
def test_it_counts_tokens_of_a_step(agreed: list[bool], most: int, gained: float) -> None:
    assert tokens_per_step([agreed], most) == pytest.approx(gained)


def test_it_asks_up_to_where_the_answer_begins(small: Speaker) -> None:
    assert opening(small, TALK) == small.prompt_ids("Hello!")


def test_it_agrees_with_itself(small: Speaker) -> None:
    found = measured(small, small, held_out.load()[40:44])
    assert found.agreement == 1
    assert found.tokens_per_step["5"] > found.tokens_per_step["3"] > 1.9


def test_it_sees_a_token_that_it_would_not_have_chosen(small: Speaker) -> None:
    prompt = small.prompt_ids("Why is the sky blue?")
    answer = small.tokenizer.encode("The sky is green").ids
    agreed = agreement(small, prompt, answer)
    assert len(agreed) == len(answer)
    assert agreed[0]
    assert not agreed[-1]
