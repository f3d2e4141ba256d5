"""The log-probabilities of a prompt's own words, and the perplexity that follows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from transformers import LlamaForCausalLM

from inference.engines.vllm import VLLMEngine
from inference.metrics import perplexity
from inference.profiles import Profile
from tests.inference.engines.answers import GREEDY, PROMPT, ask

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]
SCORED = replace(GREEDY, score_prompt=True, max_tokens=1)


async def test_it_scores_the_last_message_and_nothing_around_it(engine: VLLMEngine) -> None:
    end = (await ask(engine, SCORED)).end
    assert end.scored is not None
    words = end.prompt_token_ids[end.scored.start : end.scored.start + len(end.scored.logprobs)]
    tokenizer = engine._ready()[0].get_tokenizer()
    assert tokenizer.decode(words) == PROMPT
    assert all(logprob < 0 for logprob in end.scored.logprobs)


async def test_it_agrees_with_another_reading_of_the_model(
    engine: VLLMEngine, tiny_profile: Profile
) -> None:
    """The model itself, run by the transformers library in one pass over the prompt."""
    end = (await ask(engine, SCORED)).end
    assert end.scored is not None
    model = LlamaForCausalLM.from_pretrained(tiny_profile.model, dtype=torch.float32)
    with torch.no_grad():
        logits = model(torch.tensor([end.prompt_token_ids])).logits[0]
    places = range(end.scored.start, end.scored.start + len(end.scored.logprobs))
    expected = [
        float(logits[place - 1].log_softmax(-1)[end.prompt_token_ids[place]]) for place in places
    ]
    assert end.scored.logprobs == pytest.approx(expected, abs=0.1)
    assert perplexity(end.scored.logprobs) == pytest.approx(perplexity(expected), rel=0.02)


async def test_it_scores_a_cached_prompt_whole(engine: VLLMEngine) -> None:
    long = "The quick brown fox jumps over the lazy dog. " * 6
    first, second = [(await ask(engine, SCORED, long)).end for _ in range(2)]
    assert first.scored == second.scored


async def test_it_scores_only_when_asked(engine: VLLMEngine) -> None:
    assert (await ask(engine)).end.scored is None


async def test_it_is_one_for_certain_words_and_large_for_impossible_ones() -> None:
    assert perplexity([0.0, 0.0]) == 1.0
    assert perplexity([math.log(0.25)] * 3) == pytest.approx(4.0)
    assert perplexity([-1e4]) == 1e12
    assert perplexity([]) is perplexity(None) is None
