"""A text that the model goes on from: given as it is, without the chat template."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.engines.openai import OpenAIEngine
from inference.engines.protocol import TEXT, ChatMessage, InvalidRequest
from inference.engines.vllm import VLLMEngine
from inference.profiles import Profile
from tests.inference.engines.answers import GREEDY, collect, request
from tests.inference.engines.plain_server import serving
from tests.inference.engines.test_openai_plain import remote

BEGUN = "  Once upon a time there was a fox\n"
WHOLE_LINES = (
    {"choices": [{"index": 0, "text": " who", "logprobs": {
        "tokens": [" who"], "token_logprobs": [-0.5],
        "top_logprobs": [{" that": -0.9, " who": -0.5}],
    }, "finish_reason": None}]},
    {"choices": [{"index": 0, "text": " ran", "finish_reason": "length"}]},
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}},
    "data: [DONE]",
)  # fmt: skip


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
async def test_it_reads_the_text_alone(engine: VLLMEngine, tiny_profile: Profile) -> None:
    from transformers import AutoTokenizer

    ids = tuple(AutoTokenizer.from_pretrained(tiny_profile.model).encode(BEGUN))
    answer = await collect(engine, request(prompt=BEGUN, role=TEXT))
    assert answer.end.prompt_token_ids == ids
    assert await engine.count_tokens((ChatMessage(TEXT, BEGUN),)) == len(ids)
    again = await collect(engine, request(prompt=BEGUN + answer.text, role=TEXT))
    assert again.end.prompt_tokens > len(ids)


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
async def test_it_scores_all_of_a_text(engine: VLLMEngine) -> None:
    asked = request(replace(GREEDY, score_prompt=True), prompt=BEGUN, role=TEXT)
    end = (await collect(engine, asked)).end
    assert end.scored is not None
    assert end.scored.start + len(end.scored.logprobs) == end.prompt_tokens


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
async def test_it_refuses_a_text_of_nothing(engine: VLLMEngine) -> None:
    with pytest.raises(InvalidRequest, match="no token at all"):
        await collect(engine, request(prompt="", role=TEXT))


async def test_it_asks_a_remote_server_for_a_completion() -> None:
    async with serving() as server:
        server.lines = WHOLE_LINES
        built = OpenAIEngine(remote(server.url))
        await built.start()
        try:
            asked = request(replace(GREEDY, logprobs=2), prompt=BEGUN, role=TEXT)
            answer = await collect(built, asked)
        finally:
            await built.stop()
    assert server.paths == ["/v1/completions"]
    [sent] = server.received
    assert (sent["prompt"], sent["logprobs"]) == (BEGUN, 2)
    assert not {"messages", "top_logprobs"} & sent.keys()
    assert (answer.text, answer.end.prompt_tokens) == (" who ran", 9)
    [entry] = answer.logprobs
    assert (entry.text, entry.logprob, entry.rank) == (" who", -0.5, 1)
    assert [text for _, text, _ in entry.top] == [" who", " that"]
