"""XTC, "exclude top choices": now and then takes the obvious continuations away.

Source: P. E. Weidmann, "Exclude Top Choices (XTC): A sampler that boosts creativity, breaks writing
clichés, and inhibits non-verbatim repetition", text-generation-webui pull request 6335 (2024).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from inference.decoding.processor import Asked, Method, column


@dataclass(frozen=True, slots=True)
class Row:
    """`output` is the request's live list of tokens; `ends` are the tokens that end an answer."""

    probability: float
    threshold: float
    seed: int
    output: Sequence[int]
    ends: tuple[int, ...]

    def draw(self) -> bool:
        """Whether choices are taken away at this step. Follows from the seed and the place in the
        answer alone, so that a run that is interrupted and begun again gives the same text."""
        return random.Random(f"{self.seed}:{len(self.output)}").random() < self.probability


class Xtc(Method[Row]):
    """With probability `xtc_probability`, drops all tokens as likely as `xtc_threshold` but for the
    least likely of them. Leaves a step alone where the answer's end would be dropped."""

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        probability = asked.number("xtc_probability", 0.0, 1.0, 0.0)
        threshold = asked.number("xtc_threshold", 0.001, 0.5, 0.1)
        if not probability:
            return None
        ends = tuple(asked.params.all_stop_token_ids)
        return Row(probability, threshold, asked.params.seed or 0, asked.output, ends)

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        drawn = torch.tensor([row.draw() for row in rows], device=logits.device)
        if not drawn.any():
            return logits
        p = logits.softmax(dim=-1)
        choices = p >= column([row.threshold for row in rows], p)
        least = p.masked_fill(~choices, torch.inf).argmin(dim=-1, keepdim=True)
        dropped = choices.scatter(-1, least, False) & drawn.unsqueeze(1)
        for row, mask in zip(rows, dropped, strict=True):
            if row.ends and mask[list(row.ends)].any():
                mask.fill_(False)
        return logits.masked_fill(dropped, -torch.inf)
