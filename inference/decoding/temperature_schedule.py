"""A temperature that moves along the answer, in a straight line from one value to another.

Why one may want it: Zhu et al., "Hot or Cold? Adaptive Temperature Sampling for Code Generation
with Large Language Models", AAAI 2024 (arXiv:2309.02772). Theirs sets it by the kind of token; ours
is the plainest schedule, by the token's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from inference.decoding.processor import Asked, Method, column


@dataclass(frozen=True, slots=True)
class Row:
    """`start` is what the engine has divided the logits by already."""

    start: float
    end: float
    tokens: int
    output: Sequence[int]

    @property
    def factor(self) -> float:
        """What brings logits / start to logits / T, with T this step's temperature."""
        share = min(len(self.output) / self.tokens, 1.0)
        return self.start / (self.start + (self.end - self.start) * share)


class TemperatureSchedule(Method[Row]):
    """From `temperature` at the first token to `temperature_end` after `temperature_tokens`."""

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        if asked.extra.get("temperature_end") is None:
            return None
        end = asked.number("temperature_end", 0.05, 2.0, 1.0)
        tokens = int(asked.number("temperature_tokens", 1, 4096, 64))
        if asked.params.temperature <= 0:
            raise ValueError("temperature_end needs a temperature above 0 to begin with.")
        return Row(asked.params.temperature, end, tokens, asked.output)

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        return logits * column([row.factor for row in rows], logits)
