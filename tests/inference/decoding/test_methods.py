"""Each decoding method against its plain reference, on random distributions."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.decoding.dry import LOOKS_BACK, Dry
from inference.decoding.mirostat import Mirostat
from inference.decoding.temperature_schedule import TemperatureSchedule
from inference.decoding.typical import Typical
from inference.decoding.xtc import Xtc
from tests.inference.decoding import references
from tests.inference.decoding.batch import Batch, kept

VOCABULARY = 12
rows = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(0, 2, VOCABULARY).astype(np.float32)
)
quick = settings(max_examples=60, deadline=None)


def batch_of(kind: Any, arguments: list[dict[str, Any]], **more: Any) -> Batch:
    batch = Batch(kind)
    for each in arguments:
        batch.add(**each, **more)
    return batch


@quick
@given(st.lists(rows, min_size=1, max_size=3), st.floats(0.05, 0.99))
def test_it_keeps_the_typical_tokens(logits: list[Any], mass: float) -> None:
    batch = batch_of(Typical, [{"typical_p": mass}] * len(logits))
    changed = batch.apply(np.stack(logits))
    for before, after in zip(logits, changed, strict=True):
        assert kept(after) == references.typical(before.astype(float), mass)


def test_it_keeps_typical_tokens_among_those_not_ruled_out_before() -> None:
    logits = np.array([1.0, 0.5, -np.inf, 0.2])
    changed = batch_of(Typical, [{"typical_p": 0.99}]).apply(logits[None])
    assert kept(changed[0]) == references.typical(logits, 0.99) == {0, 1, 3}


@quick
@given(rows, st.floats(0.02, 0.5))
def test_it_takes_the_top_choices_away(logits: Any, threshold: float) -> None:
    batch = batch_of(Xtc, [{"xtc_probability": 1.0, "xtc_threshold": threshold}])
    assert kept(batch.apply(logits[None])[0]) == references.xtc(logits.astype(float), threshold)


def test_it_takes_choices_away_as_often_as_it_is_told() -> None:
    batch = batch_of(Xtc, [{"xtc_probability": 0.3, "xtc_threshold": 0.1}])
    taken = 0
    for _ in range(2000):
        taken += len(kept(batch.apply([[2.0, 1.9, 1.8]])[0])) < 3
        batch.outputs[0].append(0)
    assert 520 < taken < 680  # 600 and four standard deviations


def test_it_takes_choices_away_by_the_seed_and_the_place_alone() -> None:
    def taken(seed: int) -> list[bool]:
        batch = batch_of(Xtc, [{"xtc_probability": 0.5}], seed=seed)
        found = []
        for _ in range(40):
            found.append(len(kept(batch.apply([[2.0, 1.9, 1.8]])[0])) < 3)
            batch.outputs[0].append(0)
        return found

    assert taken(1) == taken(1) != taken(2)


def test_it_never_takes_the_answers_end_away() -> None:
    batch = batch_of(Xtc, [{"xtc_probability": 1.0}], ends=[0])
    assert kept(batch.apply([[2.0, 1.9, 1.8]])[0]) == {0, 1, 2}


@quick
@given(st.lists(rows, min_size=2, max_size=12), st.floats(0.5, 5), st.floats(0.02, 1))
def test_it_moves_mirostats_limit_by_each_tokens_surprise(
    logits: list[Any], target: float, rate: float
) -> None:
    batch = batch_of(Mirostat, [{"mirostat_tau": target, "mirostat_eta": rate}])
    steps, found = [], []
    for row in logits:
        found.append(kept(batch.apply(row[None])[0]))
        taken = max(found[-1])
        steps.append((row.astype(float), taken))
        batch.outputs[0].append(taken)
    assert found == references.mirostat(steps, target, rate)


def test_it_learns_nothing_from_a_step_whose_token_was_thrown_away() -> None:
    """While a long prompt is read in chunks the rows are sampled too, and nothing is kept."""
    batch = batch_of(Mirostat, [{"mirostat_tau": 1.0}])
    for _ in range(5):
        batch.apply([[3.0, 0.0, -3.0]])
    (row,) = batch.processor.rows.values()
    assert row.mu == 2.0


texts = st.lists(st.integers(0, 3), min_size=1, max_size=40)


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(0, 10), st.integers(1, 4), st.sets(st.integers(0, 3), max_size=1))
def test_it_penalizes_what_would_go_on_with_a_repetition(
    text: list[int], spoken: int, allowed: int, breakers: set[int]
) -> None:
    batch = Batch(Dry)
    split = max(len(text) - spoken, 0)
    batch.add(
        prompt=text[:split], dry_multiplier=0.8, dry_allowed_length=allowed,
        dry_breakers=sorted(breakers),
    )  # fmt: skip
    batch.outputs[0].extend(text[split:])
    lowered = -batch.apply(np.zeros((1, 4)))[0].numpy()
    expected = references.dry(text, 0.8, 1.75, allowed, breakers)
    assert {i: pytest.approx(expected.get(i, 0.0), rel=1e-4) for i in range(4)} == dict(
        enumerate(lowered)
    )


def test_it_looks_through_a_text_of_one_token_quickly() -> None:
    """Every place matches there: comparing them one by one would take a second."""
    batch = Batch(Dry)
    batch.add(prompt=[1] * LOOKS_BACK, dry_multiplier=1.0)
    batch.apply(np.zeros((1, 4)))
    began = time.process_time()
    batch.apply(np.zeros((1, 4)))
    assert time.process_time() - began < 0.1


@quick
@given(rows, st.floats(0.1, 2), st.floats(0.1, 2), st.integers(1, 50), st.integers(0, 80))
def test_it_draws_at_the_temperature_of_the_place(
    logits: Any, start: float, end: float, tokens: int, place: int
) -> None:
    arguments = {"temperature_end": end, "temperature_tokens": tokens}
    batch = batch_of(TemperatureSchedule, [arguments], temperature=start)
    batch.outputs[0].extend([0] * place)
    changed = batch.apply(logits[None] / start)[0]  # vLLM has divided before
    expected = references.scheduled(logits.astype(float), start, end, tokens, place)
    assert torch.softmax(changed, -1).numpy() == pytest.approx(expected, abs=1e-4)
