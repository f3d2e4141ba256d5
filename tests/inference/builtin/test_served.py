"""The engine reads the weights in few bits as they were meant: near the whole ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from inference.builtin import quantization
from inference.builtin.corpus import held_out
from inference.engines.vllm import VLLMEngine
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile
from tests.inference.builtin.family import FAMILY, SMALL
from tests.inference.engines.answers import GREEDY, ask

pytestmark = [
    pytest.mark.engine,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="session"),
]
SCORED = replace(GREEDY, score_prompt=True, max_tokens=1)
TEXTS = [each.messages[-1].content for each in held_out.load()[::8]]


def expected(model: LlamaForCausalLM, ids: list[int]) -> list[float]:
    """The log-probability of each token after the first."""
    with torch.no_grad():
        logprobs = model(torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
    return [float(row[token]) for row, token in zip(logprobs, ids[1:], strict=True)]


@pytest.mark.parametrize("precision", ["int8", "int4"])
async def test_it_serves_few_bits_near_the_whole_weights(precision: str) -> None:
    folder = FAMILY / f"small-{precision}"
    whole, rounded = quantization.load(SMALL), quantization.load(folder)
    engine = VLLMEngine(Profile(precision, "", "", "vllm", str(folder), CPU_ARGS, CPU_ENVIRONMENT))
    await engine.start()
    try:
        ends = [(await ask(engine, SCORED, text)).end for text in TEXTS]
    finally:
        await engine.stop()
    served, near, far = [], [], []
    for end in ends:
        assert end.scored is not None
        places = slice(end.scored.start - 1, end.scored.start - 1 + len(end.scored.logprobs))
        served += end.scored.logprobs
        near += expected(rounded, list(end.prompt_token_ids))[places]
        far += expected(whole, list(end.prompt_token_ids))[places]
    assert len(served) > 500
    assert np.corrcoef(served, near)[0, 1] > 0.999
    assert np.corrcoef(served, far)[0, 1] > 0.99
