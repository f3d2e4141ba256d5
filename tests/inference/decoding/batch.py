"""Our logits processors as vLLM runs them: requests come to rows, tokens are made, rows move."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import torch

from inference.decoding.processor import Method


def params(temperature: float = 1.0, seed: int = 7, ends: Sequence[int] = (), **extra: Any) -> Any:
    """What of vLLM's SamplingParams they read."""
    return SimpleNamespace(
        temperature=temperature, seed=seed, all_stop_token_ids=set(ends), extra_args=extra
    )


def update(**changes: Any) -> Any:
    """vLLM's BatchUpdate."""
    return SimpleNamespace(**{"batch_size": 8, "added": (), "removed": (), "moved": (), **changes})


class Batch:
    """A batch with one processor; `outputs` are the rows' live lists of tokens."""

    def __init__(self, kind: type[Method[Any]]) -> None:
        self.processor = kind(None, torch.device("cpu"), False)
        self.outputs: list[list[int]] = []

    def add(self, prompt: Sequence[int] = (), **arguments: Any) -> None:
        """A request, in the next row."""
        asked = params(**arguments)
        type(self.processor).validate_params(asked)
        self.outputs.append([])
        place = len(self.outputs) - 1
        added = ((place, asked, list(prompt), self.outputs[place]),)
        self.processor.update_state(update(added=added))

    def apply(self, logits: Any) -> torch.Tensor:
        return self.processor.apply(torch.as_tensor(logits, dtype=torch.float32).clone())


def kept(row: torch.Tensor) -> set[int]:
    """The tokens that can still be drawn."""
    return set(torch.isfinite(row).nonzero().flatten().tolist())
