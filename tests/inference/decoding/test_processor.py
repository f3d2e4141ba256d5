"""What holds for every decoding method: rows of their own, limits, and no fault for others."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from inference.decoding.methods import PROCESSOR_CONTROLS, PROCESSORS
from inference.decoding.processor import Asked, Method
from inference.decoding.typical import Row, Typical
from tests.inference.decoding.batch import Batch, kept, params, update

LOGITS = np.array([[2.0, 1.0, 0.5, 0.1, -1.0]] * 3, dtype=np.float32)
USED = {
    "Dry": {"dry_multiplier": 1.0},
    "TemperatureSchedule": {"temperature_end": 0.5},
    "Typical": {"typical_p": 0.3},
    "Xtc": {"xtc_probability": 1.0},
    "Mirostat": {"mirostat_tau": 0.5},
}
BAD = {
    "Dry": [
        {"dry_multiplier": 9}, {"dry_base": 0.5}, {"dry_allowed_length": 0},
        {"dry_breakers": ["x"]}, {"dry_breakers": [1] * 65}, {"dry_breakers": 5},
    ],
    "TemperatureSchedule": [
        {"temperature_end": 3.0}, {"temperature_end": float("nan")},
        {"temperature_end": 1.0, "temperature_tokens": 0},
    ],
    "Typical": [{"typical_p": 0}, {"typical_p": 1.5}, {"typical_p": "all"}],
    "Xtc": [{"xtc_probability": 2}, {"xtc_threshold": 0.9}],
    "Mirostat": [{"mirostat_tau": -1}, {"mirostat_eta": 0}],
}  # fmt: skip


def load(name: str) -> type[Method[Any]]:
    module, kind = name.split(":")
    loaded: type[Method[Any]] = getattr(importlib.import_module(module), kind)
    return loaded


METHODS = [load(name) for name in PROCESSORS]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)


@each_method
def test_it_leaves_requests_alone_that_do_not_use_it(method: type[Method[Any]]) -> None:
    batch = Batch(method)
    batch.add()
    batch.add(prompt=[4, 0, 4], **USED[method.__name__])
    batch.add()
    batch.outputs[1].extend([0, 4])
    changed = batch.apply(LOGITS)
    assert torch.equal(changed[[0, 2]], torch.tensor(LOGITS[[0, 2]]))
    assert not torch.equal(changed[1], torch.tensor(LOGITS[1]))


@each_method
def test_it_touches_nothing_where_nobody_uses_it(method: type[Method[Any]]) -> None:
    batch = Batch(method)
    batch.add()
    logits = torch.tensor(LOGITS)
    assert batch.processor.apply(logits) is logits


@each_method
def test_it_follows_requests_that_move_and_forgets_those_that_end(method: Any) -> None:
    from vllm.v1.sample.logits_processor import MoveDirectionality

    batch = Batch(method)
    batch.add(**USED[method.__name__])
    batch.processor.update_state(update(moved=((0, 2, MoveDirectionality.UNIDIRECTIONAL),)))
    assert list(batch.processor.rows) == [2]
    batch.processor.update_state(update(removed=(2,)))
    assert not batch.processor.rows


@each_method
def test_it_refuses_arguments_out_of_range(method: type[Method[Any]]) -> None:
    for arguments in BAD[method.__name__]:
        with pytest.raises(ValueError, match="must be"):
            method.validate_params(params(**{**USED[method.__name__], **arguments}))


def test_it_refuses_to_schedule_what_is_greedy() -> None:
    with pytest.raises(ValueError, match="above 0"):
        load(PROCESSORS[1]).validate_params(params(temperature=0, temperature_end=1.0))


@each_method
def test_it_always_leaves_something_to_draw(method: type[Method[Any]]) -> None:
    batch = Batch(method)
    batch.add(**USED[method.__name__])
    batch.add(**USED[method.__name__])
    flat, sure = [0.0] * 5, [50.0, -np.inf, -np.inf, -np.inf, -np.inf]
    assert all(kept(row) for row in batch.apply([flat, sure]))


class Faulty(Typical):
    """Fails on the rows of one request."""

    def change(self, logits: torch.Tensor, rows: Sequence[Row]) -> torch.Tensor:
        if any(row.mass == 0.5 for row in rows):
            raise RuntimeError("a bug")
        return super().change(logits, rows)


class NeverOpened(Typical):
    """Fails when a request comes, having let it through before."""

    @classmethod
    def open(cls, asked: Asked) -> Row | None:
        if asked.output:
            raise KeyError("a bug")
        return super().open(asked)


def test_it_costs_no_other_request_the_method_where_one_fails() -> None:
    batch = Batch(Faulty)
    for mass in (0.3, 0.5, 0.3):
        batch.add(typical_p=mass)
    changed = batch.apply(LOGITS)
    assert [len(kept(row)) for row in changed] == [2, 5, 2]
    assert sorted(batch.processor.rows) == [0, 2]


def test_it_goes_on_without_the_method_where_a_request_cannot_be_begun() -> None:
    processor = NeverOpened(None, torch.device("cpu"), False)
    processor.update_state(update(added=((0, params(typical_p=0.3), [], [1]),)))
    assert not processor.rows


def test_it_is_told_of_every_setting_that_needs_one() -> None:
    names = {name for arguments in USED.values() for name in arguments}
    names |= {name for bad in BAD.values() for arguments in bad for name in arguments}
    assert names == PROCESSOR_CONTROLS
