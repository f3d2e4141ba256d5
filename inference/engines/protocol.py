"""What every engine offers, whatever runs behind it.

The rest of the playground knows an engine only through these names, so a local vLLM, a remote
OpenAI-compatible server and the scripted engine of the fault tests are interchangeable.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

FinishReason = Literal["stop", "length", "abort", "error"]
Flag = str | int | float | bool


class EngineError(Exception):
    """A generation could not be carried on. The message is fit to be shown."""


class EngineDead(EngineError):
    """The engine itself is gone: nothing it was running will finish; `restart()` builds anew."""


class InvalidRequest(EngineError):
    """The request can never succeed as it stands. The message says what to change."""


TEXT = "text"
"""The role of a prompt that is no conversation: one text, given to the model as it is."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a conversation. `role` is "system", "user" or "assistant"; or TEXT, of a message
    that is alone and is given to the model without the chat template."""

    role: str
    content: str


def text_of(messages: tuple[ChatMessage, ...]) -> str | None:
    """The text that is given to the model as it is; None where this is a conversation."""
    alone = len(messages) == 1 and messages[0].role == TEXT
    return messages[0].content if alone else None


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How the next token is chosen and when to stop.

    Neutral values: top_p 1, top_k 0 (all), min_p 0, repetition_penalty 1, presence and frequency
    penalties 0. temperature 0 is greedy. `seed` is always given, so that a run can be repeated.
    `logprobs` is how many alternatives to report for each token; None reports nothing.

    From `logit_bias` on the defaults are neutral, and what they mean is said in
    `inference/decoding/controls.toml`; most engines honor none of them.
    """

    temperature: float
    top_p: float
    top_k: int
    min_p: float
    repetition_penalty: float
    presence_penalty: float
    frequency_penalty: float
    max_tokens: int
    min_tokens: int
    stop: tuple[str, ...]
    seed: int
    logprobs: int | None
    ignore_eos: bool
    logit_bias: tuple[str, ...] = ()
    bad_words: tuple[str, ...] = ()
    allowed_words: tuple[str, ...] = ()
    structure: str = "none"
    structure_text: str = ""
    typical_p: float = 1.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    mirostat_tau: float = 0.0
    mirostat_eta: float = 0.1
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    temperature_end: float | None = None
    temperature_tokens: int = 64
    beam_width: int = 1
    length_penalty: float = 1.0
    score_prompt: bool = False


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One generation. `cache_salt` keeps one user's prefix cache out of another's timings.

    The answer begins with the tokens of `beginning`, which are given and not made; the limits of
    `settings` are about what follows them. An engine that cannot do so raises InvalidRequest.
    """

    request_id: str
    messages: tuple[ChatMessage, ...]
    settings: SamplingSettings
    cache_salt: str | None

    @property
    def text(self) -> str | None:
        """The text to go on from, where the prompt is no conversation."""
        return text_of(self.messages)

    beginning: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """The chosen token, its natural-log probability and rank (1 = likeliest).

    `top` holds the likeliest alternatives as (token_id, text, logprob), likeliest first. A remote
    engine that does not name ids or ranks gives -1 for them.
    """

    token_id: int
    text: str
    logprob: float
    rank: int
    top: tuple[tuple[int, str, float], ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """What came since the last delta. It may hold several tokens, or tokens without text yet.

    `step` is this request's ordinal of engine outputs, from 1. `at` is in seconds on the
    engine's monotonic clock: when its newest token was made.
    """

    text: str
    token_ids: tuple[int, ...]
    step: int
    at: float
    logprobs: tuple[TokenLogprob, ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds, or None where this engine cannot know.

    queue: queued → scheduled; prefill: scheduled → first token; decode: first → last token;
    ttft: arrival at the engine → first token.
    """

    queue: float | None
    prefill: float | None
    decode: float | None
    ttft: float | None


@dataclass(frozen=True, slots=True)
class Speculated:
    """For each step that checked guessed tokens, how many were guessed and how many were kept.

    Steps without a guess are in neither. A checking step brings one token more than it keeps.
    """

    drafted: tuple[int, ...]
    accepted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """How likely the model found a part of its prompt: the last message's own words.

    `logprobs` holds one natural-log probability for each of the prompt's tokens from `start` on.
    """

    start: int
    logprobs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Completed:
    """The last thing a generation yields. Counts are of token ids, never of messages: what was read
    (`prompt_tokens`) has the tokens of a given beginning in it, `prompt_token_ids` has not.

    `prompt_token_ids` is empty where a remote engine does not reveal them. `stop_reason` is the
    stop string or stop token id that ended a "stop", None for the model's own end. `speculated`
    is None where nothing is guessed ahead or the engine does not say; `scored` where the request
    did not ask for it.
    """

    finish_reason: FinishReason
    stop_reason: str | int | None
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    prompt_token_ids: tuple[int, ...]
    timings: Timings
    speculated: Speculated | None = None
    scored: Scored | None = None


@dataclass(frozen=True, slots=True)
class EngineDescription:
    """What an answer was made with, to be kept beside it.

    `model_revision` is the weights' sha256 for a local model, the remote's id otherwise.
    `context_length` counts tokens of prompt and answer together. `attention` names the kernels that
    compute attention, "" where the engine does not say.
    """

    engine: Literal["vllm", "openai", "scripted"]
    version: str
    model: str
    model_revision: str
    dtype: str
    device: str
    context_length: int
    max_num_seqs: int
    flags: Mapping[str, Flag] = field(default_factory=dict)
    attention: str = ""


class Engine(Protocol):
    """An engine living on one event loop. Methods are called from that loop only."""

    dead: asyncio.Event
    """Set once the engine is known to be gone; cleared by a restart."""

    async def start(self) -> None:
        """Load and warm up; when it returns, the first request is as fast as the next."""

    def generate(self, request: EngineRequest) -> AsyncIterator[Delta | Completed]:
        """Yield deltas, then exactly one Completed. Raises EngineError, EngineDead or
        InvalidRequest instead when there is no answer to complete."""

    async def abort(self, request_id: str) -> None:
        """End a running request; its stream completes with "abort". Unknown ids are no error."""

    async def health(self) -> bool:
        """Whether requests can be served; False within 5 seconds of a death."""

    async def restart(self) -> None:
        """Build the engine anew in place, clearing `dead`."""

    async def stop(self) -> None:
        """Release everything. Safe to call twice."""

    def describe(self) -> EngineDescription:
        """What runs here, or ran here last: also while dead, but only after a first `start()`."""

    async def count_tokens(self, messages: tuple[ChatMessage, ...]) -> int:
        """The prompt's length with the chat template applied, in tokens."""
