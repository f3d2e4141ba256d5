"""Mirostat 2: cuts the distribution so that the text's surprise stays near a target.

Source: Basu, Ramachandran, Keskar, Varshney, "Mirostat: A Neural Text Decoding Algorithm that
Directly Controls Perplexity", ICLR 2021 (arXiv:2007.14966). Version 2 has no estimate of Zipf's
exponent: the cut is by surprise itself. A token's surprise is taken under the model's distribution
before the cut, as in the paper; llama.cpp takes it after.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from inference.decoding.processor import Asked, Method, column


@dataclass(slots=True)
class Row:
    """`mu` is the largest surprise allowed, in bits; it starts at twice the target.

    `bits` holds each token's surprise when token number `place` was drawn.
    """

    target: float
    rate: float
    output: Sequence[int]
    mu: float
    place: int = -1
    bits: torch.Tensor | None = None

    def learn(self) -> None:
        """Move `mu` by how far the newest token's surprise was from the target."""
        if self.bits is None or len(self.output) != self.place + 1:
            return
        surprise = float(self.bits[self.output[-1]])
        if math.isfinite(surprise):
            self.mu -= self.rate * (surprise - self.target)


class Mirostat(Method[Row]):
    """Drops tokens of more than μ bits (never the likeliest one), and after each token sets
    μ ← μ − η (surprise − τ)."""

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        target = asked.number("mirostat_tau", 0.0, 10.0, 0.0)
        rate = asked.number("mirostat_eta", 0.001, 1.0, 0.1)
        return Row(target, rate, asked.output, 2 * target) if target else None

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        for row in rows:
            row.learn()
        bits = -logits.log_softmax(dim=-1) / math.log(2)
        beyond = bits > column([row.mu for row in rows], bits)
        beyond.scatter_(-1, bits.argmin(dim=-1, keepdim=True), False)
        for row, surprises in zip(rows, bits, strict=True):
            row.place, row.bits = len(row.output), surprises
        return logits.masked_fill(beyond, -torch.inf)
