"""vLLM's own server, spoken to as any remote one: nothing is lost on the way."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
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

from inference.decoding.controls import sampling_settings
from inference.engines.openai import OpenAIEngine
from inference.engines.protocol import TEXT, ChatMessage, InvalidRequest
from inference.profiles import VLLM_SERVER_CONTROLS, Profile
from inference.remote_tokenizing import remote_tokenizer_of
from inference.tokenizing import Untokenizable, tokenizer_of
from playground.compare.snippets import request_of, snippets_of
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
SHOWN = {
    "curl": ["bash"],
    "python": [sys.executable],
    "javascript": ["node", "--input-type=module"],
}


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


async def test_it_goes_on_from_a_text(engine: OpenAIEngine) -> None:
    asked = request(replace(SAMPLED, logprobs=3), prompt=" " + PROMPT, role=TEXT)
    answer = await collect(engine, asked)
    assert await engine.count_tokens(asked.messages) == answer.end.prompt_tokens
    assert len(answer.end.prompt_token_ids) == answer.end.prompt_tokens
    assert [entry.token_id for entry in answer.logprobs] == list(answer.ids)
    assert all(1 <= len(entry.top) <= 4 for entry in answer.logprobs)


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


@pytest.mark.parametrize("language", list(SHOWN))
async def test_the_code_shown_for_a_lane_gets_the_lanes_answer(
    engine: OpenAIEngine, url: str, language: str
) -> None:
    """The snippet is run as it is shown; with the seed, the answer is the same to the letter."""
    command = SHOWN[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    lane = {"temperature": 0.8, "top_k": 40, "min_p": 0.01, "max_tokens": 24, "stop": ["zzz"]}
    wanted = await ask(engine, sampling_settings(lane, 5))
    wire = request_of(MODEL, [{"role": "user", "content": PROMPT}], lane, 5)
    code = {snippet.id: snippet.code for snippet in snippets_of(wire)}[language]
    ran = await asyncio.to_thread(
        subprocess.run, command, input=code, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY},
    )  # fmt: skip
    assert (streamed(ran.stdout) if language == "curl" else ran.stdout).strip() == (
        wanted.text.strip()
    )


def streamed(said: str) -> str:
    """The text in a stream of events, as curl prints it."""
    chunks = [json.loads(line[6:]) for line in said.splitlines() if line.startswith("data: {")]
    return "".join(
        choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"]
    )


async def test_its_tokenizer_counts_and_splits_for_a_page(
    url: str, engine: OpenAIEngine, tiny_profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_OPENAI_KEY", KEY)
    remote = replace(
        tiny_profile, engine="openai", model=MODEL, engine_args={"url": url},
        controls=VLLM_SERVER_CONTROLS,
    )  # fmt: skip
    far, near = remote_tokenizer_of(remote), tokenizer_of(tiny_profile)
    assert far is not None
    assert near is not None
    asked = [{"role": "user", "content": PROMPT}]
    found = far.split(asked)
    assert found.tokens == near.split(asked)[1].ids
    assert (found.count, found.max_model_len) == (near.count(asked), tiny_model.CONTEXT)
    said = "a fox, “Füchslein” 🦊 你好"
    text = far.split([{"role": TEXT, "content": said}])
    assert "".join(piece.text for piece in text.pieces()).endswith(said)
    assert any(piece.joined for piece in text.pieces())
    assert far.longest([asked, [{"role": TEXT, "content": said}]]).count == max(
        found.count, text.count
    )
    with pytest.raises(Untokenizable, match="cannot count"):
        far.split([])


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
