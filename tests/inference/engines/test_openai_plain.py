"""A remote server that is not vLLM: only the standard, and every way to go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from inference.engines.openai import OpenAIEngine
from inference.engines.protocol import EngineDead, EngineError, InvalidRequest
from inference.profiles import STANDARD_CONTROLS, Profile
from tests.inference.engines.answers import GREEDY, SAMPLED, ask, collect, request
from tests.inference.engines.plain_server import HANG, PlainServer, content, serving

USAGE = {"prompt_tokens": 11, "completion_tokens": 5}
END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
DONE = "data: [DONE]"


@pytest.fixture
async def server() -> AsyncIterator[PlainServer]:
    async with serving() as running:
        yield running


@pytest.fixture
async def engine(server: PlainServer) -> AsyncIterator[OpenAIEngine]:
    built = OpenAIEngine(remote(server.url), key="secret")
    await built.start()
    yield built
    await built.stop()


def remote(url: str, model: str = "plain") -> Profile:
    return Profile("openai", "Remote", "", "openai", model, {"url": url})


async def test_it_streams_an_answer(server: PlainServer, engine: OpenAIEngine) -> None:
    server.lines = [content(""), content("Hello"), ": ping", content(" there"), END]
    server.lines += [{"choices": [], "usage": USAGE}, DONE]
    answer = await ask(engine)
    assert answer.text == "Hello there"
    assert (answer.end.prompt_tokens, answer.end.output_tokens) == (11, 5)
    assert [delta.step for delta in answer.deltas] == [1, 2]


async def test_it_refuses_to_begin_with_tokens(server: PlainServer, engine: OpenAIEngine) -> None:
    server.lines = [content("Hello"), END, DONE]
    with pytest.raises(InvalidRequest, match="takes no tokens"):
        await collect(engine, replace(request(), beginning=(1, 2)))


async def test_it_knows_no_time_it_cannot_see(server: PlainServer, engine: OpenAIEngine) -> None:
    server.lines = [content("Hello"), END, DONE]
    timings = (await ask(engine)).end.timings
    assert timings.ttft is not None
    assert (timings.queue, timings.prefill, timings.decode) == (None, None, None)


async def test_it_sends_the_standard_alone(server: PlainServer, engine: OpenAIEngine) -> None:
    server.lines = [END, DONE]
    await ask(engine, replace(SAMPLED, stop=("x",), logprobs=3), salt="team")
    (sent,) = server.received
    always = {"model", "messages", "stream", "stream_options", "top_logprobs"}
    assert sent.keys() == STANDARD_CONTROLS | always
    assert (sent["logprobs"], sent["top_logprobs"], sent["stop"]) == (True, 3, ["x"])


async def test_it_says_what_it_honors(engine: OpenAIEngine) -> None:
    flags = engine.describe().flags
    assert flags["server"] == "openai-compatible"
    assert set(str(flags["controls"]).split(",")) == STANDARD_CONTROLS


async def test_it_reads_logprobs(server: PlainServer, engine: OpenAIEngine) -> None:
    top = [{"token": "Oh", "logprob": -0.1}, {"token": "Hi", "logprob": -2.5}]
    entry = {"token": "Hi", "logprob": -2.5, "top_logprobs": top}
    server.lines = [content("Hi", logprobs={"content": [entry]}), END, DONE]
    answer = await ask(engine, replace(SAMPLED, logprobs=2))
    (found,) = answer.logprobs
    assert (found.text, found.rank, found.token_id) == ("Hi", 2, -1)
    assert [text for _, text, _ in found.top] == ["Oh", "Hi"]
    assert answer.end.output_tokens == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([content("Hi"), "data: {not json"], "not JSON"),
        ([content("Hi"), "data: [1]"], "unknown form"),
        ([content("Hi"), {"error": {"message": "out of memory"}}], "out of memory"),
        ([content("Hi")], "connection to the remote server broke"),
        ([content("Hi"), DONE], "before the answer was done"),
    ],
)
async def test_it_says_how_a_stream_broke(
    server: PlainServer, engine: OpenAIEngine, lines: list[object], message: str
) -> None:
    server.lines = lines
    with pytest.raises(EngineError, match=message):
        await ask(engine)


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (500, EngineError, r"failed \(500\): as the test wants"),
        (429, EngineError, r"failed \(429\)"),
        (400, InvalidRequest, "refused the request: as the test wants"),
        (401, EngineError, "key"),
    ],
)
async def test_it_says_why_it_was_refused(
    server: PlainServer, engine: OpenAIEngine, status: int, kind: type[Exception], message: str
) -> None:
    server.status = status
    with pytest.raises(kind, match=message) as refusal:
        await ask(engine)
    assert refusal.type is kind


async def test_it_hangs_up_when_aborted(server: PlainServer, engine: OpenAIEngine) -> None:
    server.lines = [content("Hi"), HANG]
    asked = request(GREEDY)
    running = asyncio.create_task(collect(engine, asked))
    await asyncio.sleep(0.1)
    await engine.abort(asked.request_id)
    answer = await asyncio.wait_for(running, 0.2)
    assert (answer.text, answer.end.finish_reason) == ("Hi", "abort")
    await asyncio.wait_for(server.hung_up.wait(), 1)


async def test_it_hangs_up_when_its_reader_leaves(
    server: PlainServer, engine: OpenAIEngine
) -> None:
    server.lines = [content("Hi"), HANG]
    running = asyncio.create_task(collect(engine, request(GREEDY)))
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.wait_for(server.hung_up.wait(), 1)


async def test_it_fails_what_is_running_when_stopped(
    server: PlainServer, engine: OpenAIEngine
) -> None:
    server.lines = [content("Hi"), HANG]
    running = asyncio.create_task(collect(engine, request(GREEDY)))
    await asyncio.sleep(0.1)
    await engine.stop()
    with pytest.raises(EngineDead):
        await asyncio.wait_for(running, 1)


async def test_it_notices_a_server_that_is_gone(server: PlainServer, engine: OpenAIEngine) -> None:
    assert await engine.health()
    await server.close()
    await asyncio.wait_for(engine.dead.wait(), 5)
    assert not await engine.health()
    with pytest.raises(EngineDead):
        await ask(engine)
    assert engine.describe().model == "plain"


async def test_it_waits_for_a_server_to_come_back(
    server: PlainServer, engine: OpenAIEngine
) -> None:
    server.lines = [content("Hello"), END, DONE]
    await server.close()
    await asyncio.wait_for(engine.dead.wait(), 5)
    restarting = asyncio.create_task(engine.restart())
    await asyncio.sleep(0.2)
    assert not restarting.done()
    await server.open(int(server.url.split(":")[2].removesuffix("/v1")))
    await asyncio.wait_for(restarting, 5)
    assert not engine.dead.is_set()
    assert (await ask(engine)).text == "Hello"


async def test_it_cannot_start_without_its_server() -> None:
    with pytest.raises(EngineError, match="did not list its models"):
        await OpenAIEngine(remote("http://127.0.0.1:9")).start()


async def test_it_refuses_a_model_the_server_does_not_have(server: PlainServer) -> None:
    with pytest.raises(EngineError, match=r"does not serve other; it serves plain"):
        await OpenAIEngine(remote(server.url, "other")).start()
