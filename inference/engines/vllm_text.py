"""Mends how vLLM 0.32.0 writes an answer whose given beginning ends within a character.

vLLM's stream of text takes what the prompt says as written, unless it ends with a part of a
character (a fork within an emoji): then the first whole character brings all of the prompt's text
with it. Here the stream begins before that character, and its first parts are fed to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

WINDOW = 8
"""Tokens that are decoded to see how a text ends: a character has four bytes at most."""


class Tokenizer(Protocol):
    """What of `tokenizers.Tokenizer` is used."""

    def decode(self, ids: Sequence[int], skip_special_tokens: bool = True) -> str: ...


def pending(tokenizer: Tokenizer, ids: Sequence[int], *, skip_special: bool = True) -> int:
    """How many tokens at the end of `ids` come after the last whole character."""
    for end in range(len(ids), 0, -1):
        last = tokenizer.decode(ids[max(0, end - WINDOW) : end], skip_special)
        if not last.endswith("\N{REPLACEMENT CHARACTER}"):
            return len(ids) - end
    return len(ids)


def streaming_from_whole_characters(upstream: Any) -> Any:
    """`FastIncrementalDetokenizer.__init__`, with a stream that begins after a whole character."""

    def begin(self: Any, tokenizer: Any, request: Any) -> None:
        upstream(self, tokenizer, request)
        ids = request.prompt_token_ids or []
        if begun := pending(self.tokenizer, ids, skip_special=self.skip_special_tokens):
            from tokenizers.decoders import DecodeStream

            self.stream = DecodeStream(
                ids=ids[:-begun], skip_special_tokens=self.skip_special_tokens
            )
            for id in ids[-begun:]:
                self._protected_step(id)

    return begin
