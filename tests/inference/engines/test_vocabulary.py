"""Texts as the tokens of one model."""

from __future__ import annotations

from typing import Any

import pytest

from inference.engines.protocol import InvalidRequest
from inference.engines.vocabulary import Vocabulary
from tests.inference.engines import tiny_model


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tiny_model._tokenizer()


@pytest.fixture(scope="module")
def vocabulary(tokenizer: Any) -> Vocabulary:
    return Vocabulary(tokenizer)


def test_it_biases_a_word_at_the_start_and_inside_of_a_text(
    vocabulary: Any, tokenizer: Any
) -> None:
    found = vocabulary.bias_by_id(["o = 2", "#7 = -1"])
    assert {tokenizer.decode([id]) for id in found if id != 7} == {"o", " o"}
    assert (found.pop(7), set(found.values())) == (-1, {2})


def test_it_names_the_highest_id_there_is(vocabulary: Any, tokenizer: Any) -> None:
    last = len(tokenizer) - 1
    assert vocabulary.bias_by_id([f"#{last} = 1"]) == {last: 1}
    with pytest.raises(InvalidRequest, match=f"from 0 to {last}"):
        vocabulary.bias_by_id([f"#{last + 1} = 1"])


def test_it_says_how_many_tokens_a_text_is(vocabulary: Any) -> None:
    with pytest.raises(InvalidRequest, match="“zzz” is 3 tokens"):
        vocabulary.bias_by_id(["zzz = 1"])


def test_it_spells_words_as_they_begin_and_as_they_follow(vocabulary: Any, tokenizer: Any) -> None:
    spelled = [tokenizer.decode(ids) for ids in vocabulary.sequences(["fox", " owl"])]
    assert spelled == ["fox", " fox", " owl"]


def test_it_knows_the_token_a_string_ends_in(vocabulary: Any, tokenizer: Any) -> None:
    assert {tokenizer.decode([id]) for id in vocabulary.last_ids(["\n", '"'])} == {"\n", '"'}
    assert vocabulary.last_ids([]) == []


def test_it_knows_the_models_end(vocabulary: Any) -> None:
    assert vocabulary.end == 1
