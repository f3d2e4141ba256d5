"""DRY, "don't repeat yourself": makes a token less likely that would go on with a repetition.

Source: P. E. Weidmann, "DRY: A modern repetition penalty that reliably prevents looping",
text-generation-webui pull request 5677 (2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from inference.decoding.processor import Asked, Method

LOOKS_BACK = 4096
LONGEST_MATCH = 50
"""Longer ones are penalized no further: the penalty is beyond any logit long before."""

MAX_BREAKERS = 64
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """`output` is the request's live list of tokens; `breakers` are tokens no match goes across."""

    multiplier: float
    base: float
    allowed_length: int
    breakers: frozenset[int]
    prompt: Ids
    output: Sequence[int]

    @property
    def text(self) -> Ids:
        """Prompt and answer so far, no more of it than is looked at."""
        answer = np.array(self.output[-LOOKS_BACK:], dtype=np.int64)
        return np.concatenate((self.prompt, answer))[-LOOKS_BACK:]


class Dry(Method[Row]):
    """Subtracts `dry_multiplier` · `dry_base` ^ (length − `dry_allowed_length`) from the logit of a
    token that would lengthen a repetition of at least the allowed length."""

    before_temperature = True

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        multiplier = asked.number("dry_multiplier", 0.0, 5.0, 0.0)
        base = asked.number("dry_base", 1.0, 4.0, 1.75)
        allowed = int(asked.number("dry_allowed_length", 1, 20, 2))
        breakers = asked.extra.get("dry_breakers", ())
        known = isinstance(breakers, list | tuple) and all(isinstance(id, int) for id in breakers)
        if not known or len(breakers) > MAX_BREAKERS:
            raise ValueError(f"dry_breakers must be at most {MAX_BREAKERS} token ids.")
        if not multiplier:
            return None
        prompt = np.array(asked.prompt[-LOOKS_BACK:], dtype=np.int64)
        return Row(multiplier, base, allowed, frozenset(breakers), prompt, asked.output)

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        for row, line in zip(rows, logits, strict=True):
            for token, length in repetitions(row.text, row.breakers).items():
                if length >= row.allowed_length and token < len(line):
                    line[token] -= row.multiplier * row.base ** (length - row.allowed_length)
        return logits


def repetitions(text: Ids, breakers: frozenset[int]) -> dict[int, int]:
    """For each token that has followed what `text` ends with: how long that common end is.

    All earlier places are compared at once, so a text of one token repeated, where every place
    matches, takes no longer than another.
    """
    if len(text) < 2 or int(text[-1]) in breakers:
        return {}
    barred = np.array(sorted(breakers), dtype=np.int64)
    places = np.flatnonzero(text[:-1] == text[-1])
    places = places[~np.isin(text[places + 1], barred)]
    found: dict[int, int] = {}
    for length in range(1, LONGEST_MATCH + 1):
        found.update(dict.fromkeys(text[places + 1].tolist(), length))
        if length == len(text) or int(text[-1 - length]) in breakers:
            break
        places = places[places >= length]
        places = places[text[places - length] == text[-1 - length]]
        if not len(places):
            break
    return found
