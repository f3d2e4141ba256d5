"""vLLM's own server, spoken to as any remote one: nothing is lost on the way."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from inference.engines.openai import OpenAIEngine
from inference.engines.protocol import ChatMessage, InvalidRequest
from inference.profiles import Profile
from tests.inference.engines import tiny_model
from tests.inference.engines.answers import GREEDY, PROMPT, SAMPLED, ask, collect, request

pytestmark = [
    pytest.mark.engine,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
]
KEY = secrets.token_hex(16)
MODEL = f"tiny-{secrets.token_hex(4)}"
"""A name of this run's own: the server that lists it is the one started here."""


@pytest.fixture(scope="module")
def url(tiny_profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server with the tiny model."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("vllm-serve") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(tiny_profile, port), stdout=output, stderr=output, env=_environment()
        )
    try:
        _wait(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(url: str) -> AsyncIterator[OpenAIEngine]:
    built = OpenAIEngine(Profile("openai", "R", "", "openai", MODEL, {"url": url}), key=KEY)
    await built.start()
    yield built
    await built.stop()


async def test_it_recognizes_vllm(engine: OpenAIEngine) -> None:
    described = engine.describe()
    assert described.flags["server"] == "vllm"
    assert described.context_length == tiny_model.CONTEXT
    assert described.model == MODEL
    assert await engine.health()


async def test_it_gets_the_ids_of_all_tokens(engine: OpenAIEngine) -> None:
    answer = await ask(engine)
    assert answer.end.output_tokens == len(answer.ids) == GREEDY.max_tokens
    assert answer.end.prompt_tokens == len(answer.end.prompt_token_ids)
    assert answer.end.finish_reason == "length"


async def test_it_counts_as_the_server_does(engine: OpenAIEngine) -> None:
    counted = await engine.count_tokens((ChatMessage("user", PROMPT),))
    assert counted == (await ask(engine)).end.prompt_tokens


async def test_it_passes_what_only_vllm_knows(engine: OpenAIEngine) -> None:
    """With top_k 1 even a hot sample is the greedy answer."""
    greedy = await ask(engine)
    narrowed = await ask(engine, replace(SAMPLED, temperature=2.0, top_k=1))
    assert narrowed.ids == greedy.ids


async def test_it_repeats_a_seeded_answer(engine: OpenAIEngine) -> None:
    first, again, other = [await ask(engine, replace(SAMPLED, seed=seed)) for seed in (5, 5, 6)]
    assert first.ids == again.ids != other.ids


async def test_it_names_the_stop_string(engine: OpenAIEngine) -> None:
    whole = (await ask(engine)).text
    stop = whole[10:13]
    answer = await ask(engine, replace(GREEDY, stop=(stop,)))
    assert (answer.end.finish_reason, answer.end.stop_reason) == ("stop", stop)


async def test_it_reports_logprobs_with_ids(engine: OpenAIEngine) -> None:
    answer = await ask(engine, replace(SAMPLED, logprobs=3))
    assert [entry.token_id for entry in answer.logprobs] == list(answer.ids)
    assert all(len(entry.top) == 3 for entry in answer.logprobs)


async def test_it_keeps_one_teams_cache_from_another(engine: OpenAIEngine) -> None:
    prompt = PROMPT + " " + "bridge " * 20
    salts = ("alice", "alice", "bob")
    cached = [(await ask(engine, prompt=prompt, salt=salt)).end.cached_tokens for salt in salts]
    assert cached[1] > 0
    assert cached[0] == cached[2] == 0


async def test_it_aborts(engine: OpenAIEngine) -> None:
    asked = request(replace(GREEDY, max_tokens=450))
    running = asyncio.create_task(collect(engine, asked))
    await asyncio.sleep(0.3)
    await engine.abort(asked.request_id)
    answer = await asyncio.wait_for(running, 0.2)
    assert answer.end.finish_reason == "abort"
    assert 0 < answer.end.output_tokens == len(answer.ids) < 450


async def test_it_passes_on_why_a_prompt_is_refused(engine: OpenAIEngine) -> None:
    with pytest.raises(InvalidRequest, match=str(tiny_model.CONTEXT)):
        await ask(engine, prompt="fox " * tiny_model.CONTEXT * 2)


def _command(profile: Profile, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server"),
        *("--model", profile.model, "--served-model-name", MODEL, "--api-key", KEY),
        *("--host", "127.0.0.1", "--port", str(port), "--dtype", "bfloat16"),
        *("--enforce-eager", "--block-size", "32", "--kv-cache-memory-bytes", str(64 << 20)),
        "--enable-prompt-tokens-details",
    ]


def _environment() -> dict[str, str]:
    return os.environ | {
        "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
        "TORCH_COMPILE_DISABLE": "1",
        "OMP_NUM_THREADS": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",
    }


def _wait(root: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            models = httpx.get(f"{root}/v1/models", headers={"Authorization": f"Bearer {KEY}"})
        except httpx.ConnectError:
            time.sleep(0.25)
            continue
        assert models.json()["data"][0]["id"] == MODEL
        return
    pytest.fail(f"vLLM's server did not start: {log.read_text()[-3000:]}")
