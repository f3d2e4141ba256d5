"""Prompts counted and split by a remote vLLM server, through its tokenizer route."""

from __future__ import annotations

import codecs
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import httpx
import msgspec

from inference.engines.openai_server import roots
from inference.engines.openai_wire import error_message
from inference.engines.protocol import TEXT
from inference.profiles.profile import VLLM_SERVER_CONTROLS, Profile
from inference.tokenizing import Piece, Untokenizable

TIMEOUT_SECONDS = 1.0
"""So long all prompts of a question may take together: someone is typing meanwhile."""
REST_SECONDS = 10.0
"""So long a server that is away, or has no such route, is not asked again."""
REFUSED = (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)
BYTE = re.compile(r"<0x([0-9A-F]{2})>")
"""How SentencePiece vocabularies write a byte that is no character by itself."""
BLANK = "▁"


class Unreachable(Exception):
    """The server did not answer in time, or has no such route."""


class Split(msgspec.Struct, frozen=True):
    """A prompt's tokens as the server has them; `token_strs` as its vocabulary writes them."""

    count: int
    max_model_len: int
    tokens: list[int]
    token_strs: list[str] | None = None

    def pieces(self) -> Iterator[Piece]:
        """Each token with its text."""
        written = self.token_strs or [""] * len(self.tokens)
        in_bytes = _as_sentencepiece if any(map(_is_sentencepiece, written)) else _as_byte_level
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for id, one in zip(self.tokens, written, strict=False):
            begun = bool(decoder.getstate()[0])
            yield Piece(id, decoder.decode(in_bytes(one)), begun)


def _is_sentencepiece(written: str) -> bool:
    return BLANK in written or BYTE.fullmatch(written) is not None


def _as_sentencepiece(written: str) -> bytes:
    byte = BYTE.fullmatch(written)
    return bytes.fromhex(byte[1]) if byte else written.replace(BLANK, " ").encode()


def _as_byte_level(written: str) -> bytes:
    """What is written otherwise, as special tokens may be, stands for itself."""
    alphabet = byte_alphabet()
    if all(letter in alphabet for letter in written):
        return bytes(alphabet[letter] for letter in written)
    return written.encode(errors="replace")


@cache
def byte_alphabet() -> dict[str, int]:
    """The letters by which byte-level vocabularies write bytes, as GPT-2's does: a byte that is a
    visible character of Latin-1 is that one, the others are U+0100 and on, in order."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    unseen = [byte for byte in range(0x100) if byte not in seen]
    letters = {chr(byte): byte for byte in seen}
    return letters | {chr(0x100 + place): byte for place, byte in enumerate(unseen)}


@dataclass
class RemoteTokenizer:
    """The tokenizer of the model that a server serves; `mark` as of a ModelTokenizer."""

    address: str
    model: str
    key: str
    rests_until: float = 0.0
    client: httpx.Client = field(default_factory=httpx.Client)

    @property
    def mark(self) -> str:
        return f"{self.address} {self.model}"

    def longest(self, prompts: Sequence[Sequence[Mapping[str, str]]]) -> Split:
        """Of these, the one with the most tokens, not written out. Raises as `split`."""
        until = time.monotonic() + TIMEOUT_SECONDS
        return max(
            (self._ask(prompt, until, written=False) for prompt in prompts),
            key=lambda found: found.count,
        )

    def split(self, messages: Sequence[Mapping[str, str]]) -> Split:
        """Raises Untokenizable where the server refuses the prompt, and Unreachable."""
        return self._ask(messages, time.monotonic() + TIMEOUT_SECONDS, written=True)

    def _ask(self, messages: Sequence[Mapping[str, str]], until: float, *, written: bool) -> Split:
        left = until - time.monotonic()
        if left <= 0 or time.monotonic() < self.rests_until:
            raise Unreachable
        try:
            answer = self.client.post(
                self.address,
                json=self._asked(messages) | {"return_token_strs": written},
                headers={"Authorization": f"Bearer {self.key}"} if self.key else {},
                timeout=left,
            )
            if answer.status_code in REFUSED:
                raise Untokenizable(_reason(answer))
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=Split)
        except httpx.ReadTimeout as error:  # a long prompt, perhaps: another may do
            raise Unreachable from error
        except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError) as error:
            self.rests_until = time.monotonic() + REST_SECONDS
            raise Unreachable from error

    def _asked(self, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        model = {"model": self.model} if self.model else {}
        if len(messages) == 1 and messages[0]["role"] == TEXT:
            return model | {"prompt": messages[0]["content"]}
        return model | {"messages": list(messages)}


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
        said = error_message(answer.json())
    except ValueError:
        said = answer.text[:500]
    return f"The model's server cannot count this prompt: {said}"
