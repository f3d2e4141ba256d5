"""Forms as heavy or senseless as the limits allow: whatever is answered, others go on."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from inference.engines.protocol import EngineError
from inference.engines.vllm import VLLMEngine
from tests.inference.decoding.hostile import HEAVY
from tests.inference.engines.answers import GREEDY, SAMPLED, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
HELD = replace(SAMPLED, ignore_eos=False, max_tokens=24)


async def longest_pause() -> float:
    """How long this loop stood still at most, until cancelled: others' tokens wait as long."""
    worst = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            worst = max(worst, time.perf_counter() - began)
    except asyncio.CancelledError:
        return worst


async def test_it_outlives_every_form_that_is_let_through(engine: VLLMEngine) -> None:
    before = await ask(engine, GREEDY)
    watch = asyncio.create_task(longest_pause())
    for kind, text in HEAVY:
        with suppress(EngineError):
            async with asyncio.timeout(20):
                await ask(engine, replace(HELD, structure=kind, structure_text=text))
        assert await engine.health(), text
    watch.cancel()
    assert await watch < 3
    assert (await ask(engine, GREEDY)).ids == before.ids


async def test_it_says_why_a_form_cannot_be_followed(engine: VLLMEngine) -> None:
    with pytest.raises(EngineError, match="nonsense"):
        await ask(engine, replace(HELD, structure="json", structure_text='{"type": "nonsense"}'))
    with pytest.raises(EngineError, match="undefined"):
        await ask(engine, replace(HELD, structure="grammar", structure_text="start: undefined"))
