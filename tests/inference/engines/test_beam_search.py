"""Beam search on the real engine: the sequences it weighs, and its end before time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from inference.engines.protocol import Completed
from inference.engines.vllm import VLLMEngine
from tests.inference.engines import tiny_model
from tests.inference.engines.answers import GREEDY, ask, request

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
BEAM = replace(GREEDY, beam_width=4, max_tokens=12)


async def test_it_gives_the_same_sequence_each_time(engine: VLLMEngine) -> None:
    answers = await asyncio.gather(*(ask(engine, BEAM) for _ in range(3)))
    assert len({answer.ids for answer in answers}) == 1


async def test_it_ends_between_two_steps_when_it_is_aborted(engine: VLLMEngine) -> None:
    asked = request(replace(BEAM, max_tokens=400), request_id="beam-aborted")

    async def run() -> Completed:
        *_, end = [item async for item in engine.generate(asked)]
        assert isinstance(end, Completed)
        return end

    running = asyncio.create_task(run())
    await asyncio.sleep(0.3)
    await engine.abort("beam-aborted")
    end = await asyncio.wait_for(running, 5)
    assert (end.finish_reason, end.output_tokens) == ("abort", 0)


async def test_it_stops_at_the_end_of_the_context(engine: VLLMEngine) -> None:
    prompt = "fox " * 240
    answer = await ask(engine, replace(BEAM, beam_width=2, max_tokens=4000), prompt)
    assert answer.end.finish_reason == "length"
    assert answer.end.prompt_tokens + answer.end.output_tokens == tiny_model.CONTEXT
