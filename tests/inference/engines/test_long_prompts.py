"""Prompts that are read over several steps, beside others and with seeds of their own."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import SAMPLED, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
COUNT = 24
ASKED = replace(SAMPLED, max_tokens=8)


def prompt(number: int) -> str:
    """So long that a few of them are more than an engine reads in one step, and none alike."""
    return f"Number {number}: " + f"the owl saw {number} foxes in the forest, and " * 24


async def test_it_draws_as_it_does_alone(engine: VLLMEngine) -> None:
    settings = [replace(ASKED, seed=number) for number in range(COUNT)]
    together = await asyncio.gather(
        *(ask(engine, settings[number], prompt(number), salt="crowd") for number in range(COUNT))
    )
    assert sum(answer.end.prompt_tokens for answer in together) > 2 * 2048
    for number in range(0, COUNT, 6):
        alone = await ask(engine, settings[number], prompt(number), salt=f"alone-{number}")
        assert together[number].ids == alone.ids
