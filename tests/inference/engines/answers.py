"""Asking an engine, and what came back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from inference.engines.protocol import (
    ChatMessage,
    Completed,
    Delta,
    Engine,
    EngineRequest,
    SamplingSettings,
)
from inference.engines.warmup import PLAIN

GREEDY = replace(PLAIN, max_tokens=24)
SAMPLED = replace(GREEDY, temperature=1.0)
PROMPT = "Write a short story about a quick fox who lost a lantern."
_ordinals = itertools.count()


@dataclass(frozen=True)
class Answer:
    deltas: tuple[Delta, ...]
    end: Completed

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(token for delta in self.deltas for token in delta.token_ids)

    @property
    def logprobs(self):  # type: ignore[no-untyped-def]
        return [entry for delta in self.deltas for entry in delta.logprobs]


def request(
    settings: SamplingSettings = GREEDY,
    prompt: str = PROMPT,
    *,
    salt: str | None = None,
    request_id: str | None = None,
    role: str = "user",
) -> EngineRequest:
    name = request_id or f"request-{next(_ordinals)}"
    return EngineRequest(name, (ChatMessage(role, prompt),), settings, salt)


async def ask(
    engine: Engine, settings: SamplingSettings = GREEDY, prompt: str = PROMPT, **more: str | None
) -> Answer:
    return await collect(engine, request(settings, prompt, **more))


async def collect(engine: Engine, asked: EngineRequest) -> Answer:
    """The whole answer; holds that Completed came once, and last."""
    events = [event async for event in engine.generate(asked)]
    *deltas, end = events
    assert isinstance(end, Completed)
    assert all(isinstance(delta, Delta) for delta in deltas)
    return Answer(tuple(deltas), end)
