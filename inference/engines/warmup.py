"""Makes an engine run each of its paths once, so that no user waits for a first time."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace

from inference.engines.protocol import (
    ChatMessage,
    Engine,
    EngineRequest,
    SamplingSettings,
)

PLAIN = SamplingSettings(
    temperature=0.0,
    top_p=1.0,
    top_k=0,
    min_p=0.0,
    repetition_penalty=1.0,
    presence_penalty=0.0,
    frequency_penalty=0.0,
    max_tokens=8,
    min_tokens=0,
    stop=(),
    seed=0,
    logprobs=None,
    ignore_eos=True,
)
LOGPROBS = replace(PLAIN, logprobs=5)
EVERYTHING = replace(
    PLAIN,
    temperature=0.9,
    top_p=0.9,
    top_k=20,
    min_p=0.05,
    repetition_penalty=1.1,
    presence_penalty=0.1,
    frequency_penalty=0.1,
    min_tokens=2,
    logprobs=5,
    stop=("\x00",),
)


async def warm_up(engine: Engine, controls: frozenset[str]) -> None:
    """Run greedy, logprobs and sampled requests, alone and then together as one batch.

    `controls` are those that the engine honors; it would refuse the others.
    """
    sampled = _kept(EVERYTHING, controls)
    for name, settings in (("plain", PLAIN), ("logprobs", LOGPROBS), ("sampled", sampled)):
        await _run(engine, name, settings)
    await asyncio.gather(
        _run(engine, "batch-logprobs", LOGPROBS), _run(engine, "batch-sampled", sampled)
    )


def _kept(settings: SamplingSettings, controls: frozenset[str]) -> SamplingSettings:
    """The settings with neutral values for what is not among `controls`."""
    others = {field.name for field in fields(settings)} - controls
    return replace(settings, **{name: getattr(PLAIN, name) for name in others})


async def _run(engine: Engine, name: str, settings: SamplingSettings) -> None:
    messages = (ChatMessage("user", f"Warm up: {name}."),)
    async for _ in engine.generate(EngineRequest(f"warm-up-{name}", messages, settings, "warm-up")):
        pass
