"""The same seed gives the same answer, whoever else is asking."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import GREEDY, SAMPLED, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def test_it_is_deterministic_when_greedy(engine: VLLMEngine) -> None:
    first = await ask(engine, replace(GREEDY, seed=1))
    second = await ask(engine, replace(GREEDY, seed=2))
    assert first.ids == second.ids


async def test_it_repeats_a_seeded_answer_in_a_busy_batch(engine: VLLMEngine) -> None:
    alone = await ask(engine, replace(SAMPLED, seed=42))
    crowd = [ask(engine, replace(SAMPLED, seed=seed, max_tokens=48)) for seed in range(100, 115)]
    busy, *_ = await asyncio.gather(ask(engine, replace(SAMPLED, seed=42)), *crowd)
    assert busy.ids == alone.ids


async def test_it_differs_by_seed(engine: VLLMEngine) -> None:
    answers = await asyncio.gather(*(ask(engine, replace(SAMPLED, seed=i)) for i in range(8)))
    assert len({answer.ids for answer in answers}) == 8
