"""Prompts counted and split by a remote vLLM server, through its tokenizer route."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
import msgspec

from inference.engines.openai_server import roots
from inference.engines.protocol import TEXT
from inference.profiles.profile import VLLM_SERVER_CONTROLS, Profile
from inference.tokenizing import Untokenizable

TIMEOUT_SECONDS = 1.0
REST_SECONDS = 10.0
"""So long a server that did not answer is not asked again: someone is typing meanwhile."""
BLANKS = str.maketrans({"Ġ": " ", "▁": " ", "Ċ": "\n", "ĉ": "\t"})
"""How byte-level and SentencePiece vocabularies write what would not be seen."""


class Unreachable(Exception):
    """The server did not answer, or has no such route."""


class Split(msgspec.Struct, frozen=True):
    """A prompt's tokens as the server has them."""

    count: int
    max_model_len: int
    tokens: list[int]
    token_strs: list[str] | None = None

    def pieces(self) -> list[tuple[int, str]]:
        """Each token's id and text."""
        texts = self.token_strs or [""] * len(self.tokens)
        return [(id, text.translate(BLANKS)) for id, text in zip(self.tokens, texts, strict=False)]


@dataclass
class RemoteTokenizer:
    """The tokenizer of the model that a server serves; `mark` as of a ModelTokenizer."""

    address: str
    model: str
    key: str
    rests_until: float = 0.0

    @property
    def mark(self) -> str:
        return f"{self.address} {self.model}"

    def split(self, messages: Sequence[Mapping[str, str]]) -> Split:
        """Raises Untokenizable where the server refuses the prompt, and Unreachable."""
        if time.monotonic() < self.rests_until:
            raise Unreachable
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            answer = httpx.post(
                self.address, json=self._asked(messages), headers=headers, timeout=TIMEOUT_SECONDS
            )
            if answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY):
                raise Untokenizable(_reason(answer))
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=Split)
        except (httpx.HTTPError, msgspec.DecodeError) as error:
            self.rests_until = time.monotonic() + REST_SECONDS
            raise Unreachable from error

    def _asked(self, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        model = {"model": self.model} if self.model else {}
        if len(messages) == 1 and messages[0]["role"] == TEXT:
            return model | {"prompt": messages[0]["content"], "return_token_strs": True}
        return model | {"messages": list(messages), "return_token_strs": True}


def remote_tokenizer_of(profile: Profile) -> RemoteTokenizer | None:
    """None where the profile is of no remote vLLM."""
    if profile.engine != "openai" or profile.controls != VLLM_SERVER_CONTROLS:
        return None
    root, _ = roots(str(profile.engine_args["url"]))
    return _kept(f"{root}/tokenize", profile.model, os.environ.get("PLAYGROUND_OPENAI_KEY", ""))


@lru_cache(maxsize=32)
def _kept(address: str, model: str, key: str) -> RemoteTokenizer:
    return RemoteTokenizer(address, model, key)


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        said = answer.text[:200]
    return f"The model's server cannot count this prompt: {said}"
