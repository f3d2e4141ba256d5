"""Stopping a request stops it soon, and frees its place."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from inference.engines.protocol import Completed, Delta
from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import GREEDY, ask, collect, request

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
ENDLESS = replace(GREEDY, max_tokens=450)


async def test_it_ends_within_200_ms_with_what_was_made(engine: VLLMEngine) -> None:
    asked = request(ENDLESS)
    tokens, aborted_at = 0, 0.0
    async for event in engine.generate(asked):
        if isinstance(event, Delta):
            tokens += len(event.token_ids)
            if tokens >= 10 and not aborted_at:
                aborted_at = time.monotonic()
                await engine.abort(asked.request_id)
        else:
            end = event
    assert time.monotonic() - aborted_at < 0.2
    assert isinstance(end, Completed)
    assert end.finish_reason == "abort"
    assert end.output_tokens == tokens < 450


async def test_it_ignores_an_unknown_request(engine: VLLMEngine) -> None:
    await engine.abort("nobody")
    assert (await ask(engine)).end.finish_reason == "length"


async def test_it_aborts_a_request_still_being_tokenized(engine: VLLMEngine) -> None:
    asked = request(ENDLESS, prompt="a" * 20_000, request_id="early")
    running = asyncio.create_task(collect(engine, asked))
    await asyncio.sleep(0)
    await engine.abort("early")
    assert (await running).end.finish_reason == "abort"


async def test_it_frees_the_place_of_a_reader_that_left(engine: VLLMEngine) -> None:
    running = asyncio.create_task(collect(engine, request(ENDLESS)))
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.sleep(0.1)
    assert engine._llm.get_num_unfinished_requests() == 0
