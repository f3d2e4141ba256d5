"""What a real vLLM engine streams."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from inference.engines.protocol import ChatMessage, Completed, InvalidRequest
from inference.engines.vllm import VLLMEngine
from inference.profiles import Profile, cpu_dtype
from tests.inference.engines import tiny_model
from tests.inference.engines.answers import GREEDY, PROMPT, SAMPLED, ask, request

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


def decode(profile: Profile, ids: tuple[int, ...]) -> str:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(profile.model).decode(ids, skip_special_tokens=True)


async def test_it_counts_tokens_by_their_ids(engine: VLLMEngine) -> None:
    answer = await ask(engine)
    assert answer.end.output_tokens == len(answer.ids) == GREEDY.max_tokens
    assert answer.end.finish_reason == "length"


async def test_it_joins_to_the_text_of_its_ids(engine: VLLMEngine, tiny_profile: Profile) -> None:
    answer = await ask(engine, replace(SAMPLED, max_tokens=64, seed=4))
    assert answer.text == decode(tiny_profile, answer.ids)


async def test_it_numbers_the_steps_of_each_request_from_one(engine: VLLMEngine) -> None:
    answer = await ask(engine)
    steps = [delta.step for delta in answer.deltas]
    assert steps[0] == len(answer.deltas[0].token_ids)
    assert steps == sorted(set(steps))
    assert steps[-1] == GREEDY.max_tokens


async def test_it_loses_no_token_to_a_slow_reader(engine: VLLMEngine) -> None:
    tokens, end, deltas = 0, None, 0
    async for event in engine.generate(request(replace(GREEDY, max_tokens=100))):
        if isinstance(event, Completed):
            end = event
        else:
            tokens += len(event.token_ids)
            deltas += 1
            await asyncio.sleep(0.2)
    assert deltas < 50, "the reader was not slow enough to have deltas joined"
    assert end is not None
    assert end.output_tokens == tokens == 100


async def test_it_gives_the_prompt_it_read(engine: VLLMEngine, tiny_profile: Profile) -> None:
    answer = await ask(engine)
    assert answer.end.prompt_tokens == len(answer.end.prompt_token_ids)
    assert decode(tiny_profile, answer.end.prompt_token_ids) == PROMPT
    assert await engine.count_tokens((ChatMessage("user", PROMPT),)) == answer.end.prompt_tokens


async def test_it_stops_at_a_stop_string(engine: VLLMEngine) -> None:
    whole = (await ask(engine)).text
    stop = whole[10:13]
    answer = await ask(engine, replace(GREEDY, stop=(stop,)))
    assert (answer.end.finish_reason, answer.end.stop_reason) == ("stop", stop)
    assert answer.text == whole[: whole.index(stop)]


async def test_it_stops_at_the_models_own_end(engine: VLLMEngine) -> None:
    settings = replace(SAMPLED, temperature=1.5, ignore_eos=False, max_tokens=400)
    answers = await asyncio.gather(*(ask(engine, replace(settings, seed=i)) for i in range(12)))
    ended = [answer for answer in answers if answer.end.finish_reason == "stop"]
    assert ended, "no answer of twelve ended by itself"
    assert all(answer.end.stop_reason is None for answer in ended)


async def test_it_goes_on_past_the_end_up_to_min_tokens(engine: VLLMEngine) -> None:
    settings = replace(SAMPLED, temperature=1.5, ignore_eos=False, max_tokens=450, min_tokens=400)
    answers = await asyncio.gather(*(ask(engine, replace(settings, seed=i)) for i in range(12)))
    assert min(answer.end.output_tokens for answer in answers) >= 400


async def test_it_refuses_a_prompt_that_leaves_no_room(engine: VLLMEngine) -> None:
    prompt = "fox " * tiny_model.CONTEXT * 2
    length = await engine.count_tokens((ChatMessage("user", prompt),))
    with pytest.raises(InvalidRequest, match=rf"{length} .* {tiny_model.CONTEXT - 1}"):
        await ask(engine, prompt=prompt)


async def test_it_refuses_settings_that_make_no_sense(engine: VLLMEngine) -> None:
    with pytest.raises(InvalidRequest, match="top_p"):
        await ask(engine, replace(GREEDY, top_p=7.0))
    with pytest.raises(InvalidRequest, match="logprobs"):
        await ask(engine, replace(GREEDY, logprobs=4000))


async def test_it_reports_the_likeliest_tokens(engine: VLLMEngine) -> None:
    answer = await ask(engine, replace(SAMPLED, logprobs=3, seed=9))
    assert [entry.token_id for entry in answer.logprobs] == list(answer.ids)
    assert all(len(entry.top) == 3 for entry in answer.logprobs)
    for entry in answer.logprobs:
        chances = [logprob for _, _, logprob in entry.top]
        assert chances == sorted(chances, reverse=True)
        assert (entry.rank <= 3) == (entry.token_id in [token for token, _, _ in entry.top])


async def test_it_finds_a_repeated_prompt_in_its_cache(engine: VLLMEngine) -> None:
    prompt = PROMPT + " " + "lantern " * 20
    first = await ask(engine, prompt=prompt, salt="alice")
    again = await ask(engine, prompt=prompt, salt="alice")
    other = await ask(engine, prompt=prompt, salt="bob")
    assert first.end.cached_tokens == 0
    assert again.end.cached_tokens > 0
    assert other.end.cached_tokens == 0


async def test_it_describes_itself(engine: VLLMEngine, tiny_profile: Profile) -> None:
    described = engine.describe()
    assert described.context_length == tiny_model.CONTEXT
    assert described.dtype == cpu_dtype()
    assert described.model == tiny_profile.model
    assert len(described.model_revision) == 64
