"""Texts as the tokens of one model: what logit biases, word lists and breakers are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from inference.decoding.bias import biases, token_id
from inference.engines.protocol import InvalidRequest


class Vocabulary:
    """A model's tokenizer, asked for single tokens and for words."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    @property
    def end(self) -> int | None:
        """The token that ends an answer."""
        end: int | None = self._tokenizer.eos_token_id
        return end

    @property
    def size(self) -> int:
        """How many tokens there are: ids go from 0 to one less."""
        return len(self._tokenizer)

    def bias_by_id(self, written: Iterable[str]) -> dict[int, float]:
        """The bias of each token. A text that is a token at the start of a word and another inside
        one means both. Raises InvalidRequest for a text that is no single token."""
        found: dict[int, float] = {}
        for text, bias in biases(written):
            found.update(dict.fromkeys(self._single_tokens(text), bias))
        return found

    def ids_of_words(self, words: Iterable[str]) -> list[int]:
        """All tokens that the words are made of, at the start of a text and after a space."""
        return sorted({id for word in words for form in _forms(word) for id in self._encode(form)})

    def sequences(self, words: Iterable[str]) -> list[list[int]]:
        """Each word's tokens, at the start of a text and after a space."""
        return [self._encode(form) for word in words for form in _forms(word)]

    def last_ids(self, strings: Iterable[str]) -> list[int]:
        """The token that each string ends in where it stands after a letter."""
        return sorted({ids[-1] for string in strings if (ids := self._encode(f"a{string}"))})

    def _single_tokens(self, text: str) -> list[int]:
        id = token_id(text)
        if id is not None:
            if id >= len(self._tokenizer):
                raise InvalidRequest(
                    f"Logit bias: there is no token #{id}; this model's ids go from 0 to "
                    f"{len(self._tokenizer) - 1}."
                )
            return [id]
        split = [self._encode(form) for form in _forms(text)]
        single = [ids[0] for ids in split if len(ids) == 1]
        if not single:
            raise InvalidRequest(
                f"Logit bias: “{text}” is {len(split[0])} tokens in this model. "
                "Give a text that is one token, or a token's id as #id."
            )
        return single

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))


def _forms(text: str) -> tuple[str, ...]:
    """A word as it begins a text, and as it follows another."""
    return (text, f" {text}") if text and not text[0].isspace() else (text,)
