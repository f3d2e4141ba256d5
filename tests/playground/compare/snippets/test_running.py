"""Each snippet is run as it is shown, and what arrives is the lane's request."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.compare.snippets import request_of, snippets_of
from tests.playground.compare.snippets.recording import KEY, Recorder, recorder

MESSAGES = [
    {"role": "system", "content": "Say it's “so”."},
    {
        "role": "user",
        "content": 'A "quoted" $HOME `line`,\na\\nother, REQUEST\n${x} {y} \u2028 ü 🦊',
    },
]
SETTINGS: dict[str, Any] = {
    "temperature": 0.7, "top_p": 0.9, "top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1,
    "presence_penalty": 0.5, "frequency_penalty": -0.5, "max_tokens": 64, "min_tokens": 3,
    "ignore_eos": True, "stop": ["\n\n", "'"], "logprobs": 5, "samples": 3,
    "bad_words": ["owl"], "logit_bias": ["#5 = 2"], "structure": "json",
    "structure_text": '{"type": "object", "properties": {"a": {"type": "null"}}}',
    "typical_p": 0.9,
}  # fmt: skip
ARRIVES = {
    "model": "small", "messages": MESSAGES, "stream": True, "seed": 7,
    "temperature": 0.7, "top_p": 0.9, "top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1,
    "presence_penalty": 0.5, "frequency_penalty": -0.5, "max_tokens": 64, "min_tokens": 3,
    "ignore_eos": True, "stop": ["\n\n", "'"], "logprobs": True, "top_logprobs": 5, "n": 3,
    "bad_words": ["owl"], "logit_bias": {"5": 2.0},
    "structured_outputs": {"json": {"type": "object", "properties": {"a": {"type": "null"}}}},
    "vllm_xargs": {"typical_p": 0.9},
}  # fmt: skip
COMMANDS = {
    "curl": ["bash"],
    "python": [sys.executable],
    "javascript": ["node", "--input-type=module"],
}


@pytest.fixture
def server() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


TEXT = [{"role": "text", "content": MESSAGES[1]["content"]}]
TEXT_ARRIVES = {
    **{name: value for name, value in ARRIVES.items() if name not in ("messages", "top_logprobs")},
    "prompt": MESSAGES[1]["content"], "logprobs": 5,
}  # fmt: skip


@pytest.mark.parametrize("language", list(COMMANDS))
def test_it_sends_what_the_lane_has(language: str, server: Recorder, tmp_path: Path) -> None:
    run_snippet(language, MESSAGES, server, tmp_path)
    assert server.requests == [("/v1/chat/completions", KEY, ARRIVES)]


@pytest.mark.parametrize("language", list(COMMANDS))
def test_it_sends_a_text_to_be_continued(language: str, server: Recorder, tmp_path: Path) -> None:
    run_snippet(language, TEXT, server, tmp_path)
    assert server.requests == [("/v1/completions", KEY, TEXT_ARRIVES)]


def run_snippet(
    language: str, messages: list[dict[str, str]], server: Recorder, tmp_path: Path
) -> None:
    command = COMMANDS[language]
    if shutil.which(command[0]) is None or not shutil.which("curl"):
        pytest.skip(f"{command[0]} is not installed")
    request = request_of("small", messages, SETTINGS, 7)
    code = {snippet.id: snippet.code for snippet in snippets_of(request)}[language]
    environment = {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY}
    ran = subprocess.run(
        command, input=code, env=environment, cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout if language == "curl" else ran.stdout.strip()
    assert "Hello" in said if language == "curl" else said == "Hello, fox"
