"""An answer that begins with given tokens, on a real engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.engines.protocol import Engine, InvalidRequest
from inference.engines.vllm import VLLMEngine
from tests.inference.engines.answers import GREEDY, PROMPT, Answer, ask, collect, request

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]


async def begun(engine: Engine, *ids: int, tokens: int = 8) -> Answer:
    asked = request(replace(GREEDY, max_tokens=tokens))
    return await collect(engine, replace(asked, beginning=ids))


def token(engine: VLLMEngine, piece: str) -> int:
    """The number of the token for a byte, by the letter that stands for it."""
    assert engine._llm is not None
    return int(engine._llm.get_tokenizer().convert_tokens_to_ids(piece))


@pytest.mark.parametrize("kept", [1, 9, 23])
async def test_it_goes_on_as_the_whole_answer_does(engine: VLLMEngine, kept: int) -> None:
    whole = await ask(engine)
    rest = await begun(engine, *whole.ids[:kept], tokens=GREEDY.max_tokens - kept)
    assert rest.ids == whole.ids[kept:]
    assert whole.text.endswith(rest.text)


async def test_it_writes_nothing_of_the_prompt_after_a_part_of_a_character(
    engine: VLLMEngine,
) -> None:
    first_byte, second_byte = token(engine, "Ã"), token(engine, "©")
    whole = await begun(engine, first_byte, second_byte)
    rest = await begun(engine, first_byte, second_byte, first_byte)
    assert PROMPT[:20] not in rest.text
    assert rest.text
    assert PROMPT[:20] not in whole.text


async def test_it_reads_the_given_tokens_and_keeps_them_out_of_the_prompt(
    engine: VLLMEngine,
) -> None:
    whole = await ask(engine)
    rest = await begun(engine, *whole.ids[:5])
    assert rest.end.prompt_token_ids == whole.end.prompt_token_ids
    assert rest.end.prompt_tokens == whole.end.prompt_tokens + 5
    assert rest.end.output_tokens == 8


async def test_it_takes_another_way_after_another_token(engine: VLLMEngine) -> None:
    listed = await ask(engine, replace(GREEDY, logprobs=2))
    other = listed.logprobs[3].top[1][0]
    assert other != listed.ids[3]
    fork = await begun(engine, *listed.ids[:3], other)
    assert fork.ids != listed.ids[4:12]


@pytest.mark.parametrize(
    ("ids", "reason"),
    [((10**6,), "does not have"), ((-1,), "does not have"), ((7,) * 5000, "at most")],
)
async def test_it_refuses_what_it_cannot_begin_with(
    engine: VLLMEngine, ids: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        await begun(engine, *ids)


async def test_it_refuses_to_go_on_after_the_end(engine: VLLMEngine) -> None:
    prompt = engine._prompt
    assert prompt is not None
    assert prompt.vocabulary.end is not None
    with pytest.raises(InvalidRequest, match="nothing would follow"):
        await begun(engine, prompt.vocabulary.end)
