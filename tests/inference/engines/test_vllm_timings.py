"""Timings come from the engine's own stamps, and add up."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import GREEDY, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def test_its_phases_add_up_to_what_was_waited(engine: VLLMEngine) -> None:
    began = time.monotonic()
    end = (await ask(engine, replace(GREEDY, max_tokens=100))).end
    waited = time.monotonic() - began
    queue, prefill, decode = end.timings.queue, end.timings.prefill, end.timings.decode
    assert None not in (queue, prefill, decode)
    assert 0 < queue + prefill + decode <= waited
    assert queue + prefill + decode == pytest.approx(waited, rel=0.3, abs=0.1)
    assert end.timings.ttft is not None
    assert queue + prefill <= end.timings.ttft + 0.001


async def test_its_decode_spans_the_deltas(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(GREEDY, max_tokens=100))
    stamps = [delta.at for delta in answer.deltas]
    assert stamps == sorted(stamps)
    assert len(answer.deltas[0].token_ids) == 1
    assert stamps[-1] - stamps[0] == pytest.approx(answer.end.timings.decode, abs=1e-6)


async def test_it_stamps_each_delta_with_its_own_time(engine: VLLMEngine) -> None:
    """vLLM shares one metrics object among the outputs of a request: a kept one would change."""
    answer = await ask(engine, replace(GREEDY, max_tokens=60))
    stamps = [delta.at for delta in answer.deltas]
    assert len(set(stamps)) == len(stamps) > 10


async def test_two_requests_keep_their_own_figures(engine: VLLMEngine) -> None:
    short, long = await asyncio.gather(
        ask(engine, replace(GREEDY, max_tokens=5)), ask(engine, replace(GREEDY, max_tokens=120))
    )
    assert (short.end.output_tokens, long.end.output_tokens) == (5, 120)
    assert short.end.timings.decode < long.end.timings.decode / 2


async def test_it_is_warm_for_logprobs(engine: VLLMEngine) -> None:
    """The first request with logprobs once waited eight seconds for a compiler."""
    first, second = [await _seconds(engine) for _ in range(2)]
    assert first < 5 * second + 0.5


async def _seconds(engine: VLLMEngine) -> float:
    began = time.monotonic()
    await ask(engine, replace(GREEDY, logprobs=7))
    return time.monotonic() - began
