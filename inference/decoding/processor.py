"""What our logits processors have in common: which rows of the batch they change, and safety.

vLLM runs them inside EngineCore, once a step for the whole batch. One that raises would end the
engine for everyone, so arguments are checked before a request gets there (`validate_params`), and a
fault that comes all the same costs its own request the method and is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import torch
from vllm.v1.sample.logits_processor import BatchUpdate, LogitsProcessor
from vllm.v1.sample.logits_processor.builtin import process_dict_updates

if TYPE_CHECKING:
    from vllm import SamplingParams

log = logging.getLogger(__name__)
Row = TypeVar("Row")
FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it comes. `output` is the live list of its tokens; `extra` holds our arguments,
    by the names that `SamplingSettings` gives them."""

    params: SamplingParams
    extra: Mapping[str, Any]
    prompt: Sequence[int]
    output: Sequence[int]

    def number(self, name: str, low: float, high: float, neutral: float) -> float:
        """An argument in its range. Raises ValueError naming it and the range."""
        value = self.extra.get(name, neutral)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{name} must be a number from {low:g} to {high:g}, not {value!r}.")
        return float(value)


class Method(LogitsProcessor, Generic[Row]):  # type: ignore[misc]
    """A decoding method. `Row` is what it knows of one request that uses it."""

    before_temperature: ClassVar[bool] = False
    """Whether it holds for greedy decoding too; if not, it sees logits divided by temperature."""

    def __init__(self, vllm_config: Any, device: torch.device, is_pin_memory: bool) -> None:
        self.rows: dict[int, Row] = {}

    @classmethod
    def validate_params(cls, sampling_params: SamplingParams) -> None:
        """Raises ValueError naming the argument and its limit."""
        cls.open(Asked(sampling_params, sampling_params.extra_args or {}, [], []))

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        """A request's row, None where it does not use the method. Raises ValueError on arguments
        out of range."""
        raise NotImplementedError

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        """New logits, float32 [rows, vocabulary], for the requests that use the method."""
        raise NotImplementedError

    def is_argmax_invariant(self) -> bool:
        """Says when it runs, in vLLM's terms: "invariant" ones after temperature, and not for
        greedy requests."""
        return not self.before_temperature

    def update_state(self, batch_update: BatchUpdate | None) -> None:
        process_dict_updates(self.rows, batch_update, self._opened)

    def _opened(self, params: Any, prompt: list[int] | None, output: list[int]) -> Row | None:
        try:
            return self.open(Asked(params, params.extra_args or {}, prompt or [], output))
        except FAULTS:
            log.exception("%s was not begun for a request", type(self).__name__)
            return None

    def apply(self, logits: torch.Tensor) -> torch.Tensor:
        if not self.rows:
            return logits
        places = [place for place in self.rows if place < len(logits)]
        try:
            logits[places] = self.change(logits[places], [self.rows[place] for place in places])
        except FAULTS:
            self._apply_one_by_one(logits, places)
        return logits

    def _apply_one_by_one(self, logits: torch.Tensor, places: Sequence[int]) -> None:
        """After a fault: whoever did not cause it keeps the method."""
        for place in places:
            try:
                logits[place : place + 1] = self.change(
                    logits[place : place + 1], [self.rows[place]]
                )
            except FAULTS:
                log.exception("%s was dropped for a request", type(self).__name__)
                del self.rows[place]


def column(values: Sequence[float], like: torch.Tensor) -> torch.Tensor:
    """One number a row, to be broadcast over the vocabulary."""
    return torch.tensor(values, dtype=like.dtype, device=like.device).unsqueeze(1)
