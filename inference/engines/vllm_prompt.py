"""Turns a conversation into the token ids that the model was trained to continue."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inference.engines.protocol import ChatMessage, InvalidRequest, text_of
from inference.engines.vocabulary import Vocabulary

INLINE_CHARACTERS = 16_384
"""A longer conversation is tokenized on a thread, so that others' tokens keep flowing."""


class ChatPrompt:
    """Renders conversations with the tokenizer's own chat template."""

    def __init__(self, tokenizer: Any, context_length: int) -> None:
        self.vocabulary = Vocabulary(tokenizer)
        self._tokenizer = tokenizer
        self._context_length = context_length

    async def token_ids(self, messages: tuple[ChatMessage, ...]) -> tuple[int, ...]:
        """The prompt, ready for the model's answer. Raises InvalidRequest."""
        if sum(len(message.content) for message in messages) < INLINE_CHARACTERS:
            return self._render(messages)
        return await asyncio.to_thread(self._render, messages)

    def begun(self, prompt: tuple[int, ...], beginning: tuple[int, ...]) -> tuple[int, ...]:
        """The prompt with the tokens that the answer begins with. Raises InvalidRequest."""
        size = self.vocabulary.size
        if any(not 0 <= id < size for id in beginning):
            raise InvalidRequest("The given beginning holds tokens that this model does not have.")
        if beginning and beginning[-1] == self.vocabulary.end:
            raise InvalidRequest(
                "The token that was given last ends the answer: nothing would follow it. "
                "Choose another."
            )
        return (*prompt, *beginning)

    async def last_words(self, messages: tuple[ChatMessage, ...], prompt: tuple[int, ...]) -> range:
        """Where in `prompt` the last message's own words stand: what changes when they are left
        out. Never the first token, before which the model knows nothing."""
        *before, last = messages
        without = await self.token_ids((*before, replace(last, content="")))
        room = min(len(prompt), len(without))
        start = _alike(prompt[:room], without[:room])
        end = _alike(prompt[::-1][: room - start], without[::-1][: room - start])
        return range(max(start, 1), len(prompt) - end)

    def check_fits(self, prompt: tuple[int, ...]) -> None:
        """Raise InvalidRequest unless there is a prompt, and one token of answer fits after it."""
        if not prompt:
            raise InvalidRequest(
                "The text comes to no token at all. Write something to go on from."
            )
        room = self._context_length - 1
        if len(prompt) > room:
            raise InvalidRequest(
                f"The prompt is {len(prompt)} tokens long and this model reads at most {room}. "
                "Shorten the prompt or pick a model with a longer context."
            )

    def _render(self, messages: tuple[ChatMessage, ...]) -> tuple[int, ...]:
        from jinja2.exceptions import TemplateError

        if (text := text_of(messages)) is not None:
            return tuple(self._tokenizer.encode(text))
        conversation = [{"role": message.role, "content": message.content} for message in messages]
        try:
            ids = self._tokenizer.apply_chat_template(
                conversation, add_generation_prompt=True, tokenize=True, return_dict=False
            )
        except TemplateError as error:
            raise InvalidRequest(f"This model cannot take these messages: {error}") from error
        return tuple(ids)


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(one, other, strict=True))
    return next((place for place, (mine, theirs) in pairs if mine != theirs), len(one))
