"""How many tokens a prompt is in each lane's model, counted by the model's own tokenizer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from inference.engines.protocol import TEXT
from inference.profiles import Profile, UnknownProfile, profile
from inference.remote_tokenizing import RemoteTokenizer, Unreachable, remote_tokenizer_of
from inference.tokenizing import (
    ModelTokenizer,
    Piece,
    Untokenizable,
    context_length,
    tokenizer_of,
)
from playground.compare.cases import fill_messages, filled_length
from playground.compare.requests import MAX_LANES, BadInput, Message
from playground.prompts.messages import MAX_PROMPT_CHARACTERS

COUNTED_CASES = 4
"""Of a run's cases, those with the most characters: one of them is nearly always the longest."""

BYTES_A_TOKEN = 4
SHOWN_TOKENS = 4_096


class CountRequest(msgspec.Struct, frozen=True):
    """What stands in the composer, and each lane's profile."""

    messages: list[Message]
    profiles: list[str]
    cases: list[dict[str, str]] = []


class Count(msgspec.Struct, frozen=True):
    """A lane's prompt: its tokens in the longest case, and what its model reads at most.

    Not `exact` is an estimate from the bytes; `problem` says why there is no number.
    """

    tokens: int | None
    context: int | None
    exact: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A prompt token by token, `more` of them not listed; a text stands in no chat template."""

    title: str
    in_template: bool
    pieces: Sequence[Piece]
    total: int
    more: int


def counts(asked: CountRequest) -> list[Count]:
    """One for each profile. Raises BadInput."""
    if len(asked.profiles) > MAX_LANES:
        raise BadInput(f"{len(asked.profiles)} lanes; at most {MAX_LANES}.")
    prompts = _prompts(asked)
    known: dict[str, Count] = {}
    return [_count(_profile(name), prompts, known) for name in asked.profiles]


def pieces(asked: CountRequest) -> Pieces:
    """The first case's prompt in the first profile's tokens. Raises BadInput."""
    if not asked.profiles:
        raise BadInput("Choose a lane.")
    chosen = _profile(asked.profiles[0])
    prompt = _prompts(asked)[0]
    try:
        listed, total = _split(chosen, prompt)
    except Untokenizable as error:
        raise BadInput(str(error)) from error
    in_template = prompt[0]["role"] != TEXT if prompt else True
    return Pieces(chosen.title, in_template, listed, total, total - len(listed))


def _split(chosen: Profile, prompt: Sequence[Mapping[str, str]]) -> tuple[list[Piece], int]:
    """The first tokens, and how many there are. Raises BadInput and Untokenizable."""
    tokenizer, remote = tokenizer_of(chosen), remote_tokenizer_of(chosen)
    if tokenizer:
        text, found = tokenizer.split(prompt)
        return list(_listed(text, found.ids[:SHOWN_TOKENS], found.offsets)), len(found.ids)
    if remote is None:
        raise BadInput(f"{chosen.title} runs elsewhere, and its tokenizer is not known here.")
    try:
        tokens = remote.split(prompt)
    except Unreachable as error:
        raise BadInput(
            f"The server of {chosen.title} did not split the prompt. Try again in a moment."
        ) from error
    return list(islice(tokens.pieces(), SHOWN_TOKENS)), tokens.count


def _listed(text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> list[Piece]:
    made: list[Piece] = []
    reached = 0
    for id, (start, end) in zip(ids, offsets, strict=False):
        made.append(Piece(id, text[max(start, reached) : end], start < reached and end == reached))
        reached = max(reached, end)
    return made


def _profile(name: str) -> Profile:
    try:
        return profile(name)
    except UnknownProfile as error:
        raise BadInput(str(error)) from error


def _prompts(asked: CountRequest) -> list[list[dict[str, str]]]:
    """The prompts of the first case and of the longest ones, filled in. Raises BadInput."""
    messages = [
        {"role": message.role, "content": message.content}
        for message in asked.messages
        if message.content.strip()
    ]
    cases = asked.cases[:1] + sorted(asked.cases[1:], key=lambda case: -_characters(messages, case))
    chosen = cases[:COUNTED_CASES] or [{}]
    for case in chosen:
        if (characters := _characters(messages, case)) > MAX_PROMPT_CHARACTERS:
            raise BadInput(
                f"The prompt has {characters:,} characters; at most {MAX_PROMPT_CHARACTERS:,}."
            )
    return [fill_messages(messages, case) for case in chosen]


def _characters(messages: Sequence[Mapping[str, str]], values: Mapping[str, str]) -> int:
    return sum(filled_length(message["content"], values) for message in messages)


def _count(
    chosen: Profile, prompts: Sequence[Sequence[Mapping[str, str]]], known: dict[str, Count]
) -> Count:
    """`known` holds what was counted for a model that splits alike."""
    tokenizer = tokenizer_of(chosen) or remote_tokenizer_of(chosen)
    estimate = Count(max(map(_estimate, prompts)), context_length(chosen), exact=False)
    if tokenizer is None:
        return estimate
    if tokenizer.mark not in known:
        try:
            known[tokenizer.mark] = _exact(tokenizer, prompts)
        except Unreachable:
            known[tokenizer.mark] = estimate
    found = known[tokenizer.mark]
    return msgspec.structs.replace(found, context=estimate.context or found.context)


def _exact(
    tokenizer: ModelTokenizer | RemoteTokenizer, prompts: Sequence[Sequence[Mapping[str, str]]]
) -> Count:
    """Raises Unreachable."""
    try:
        if isinstance(tokenizer, ModelTokenizer):
            return Count(max(map(tokenizer.count, prompts)), None, exact=True)
        found = tokenizer.longest(prompts)
        return Count(found.count, found.max_model_len, exact=True)
    except Untokenizable as error:
        return Count(None, None, exact=True, problem=str(error))


def _estimate(messages: Sequence[Mapping[str, str]]) -> int:
    sizes = (len(message["content"].encode(errors="replace")) for message in messages)
    return sum(size // BYTES_A_TOKEN + BYTES_A_TOKEN for size in sizes)
