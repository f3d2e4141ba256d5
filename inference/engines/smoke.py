"""Start a profile's engine, stream one answer and print its timings.

python -m inference.engines.smoke "Write a short story about a fox."
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time
from dataclasses import replace

from inference import profiles
from inference.engines.protocol import ChatMessage, Completed, Engine, EngineRequest
from inference.engines.registry import build
from inference.engines.warmup import PLAIN


async def smoke(profile: profiles.Profile, prompt: str, max_tokens: int) -> None:
    """Print the answer as it comes, then what it took."""
    engine = build(profile)
    began = time.monotonic()
    await engine.start()
    print(f"Ready in {time.monotonic() - began:.1f} s: {engine.describe()}")
    try:
        await _answer(engine, prompt, max_tokens)
    finally:
        await engine.stop()


async def _answer(engine: Engine, prompt: str, max_tokens: int) -> None:
    settings = replace(
        PLAIN, temperature=0.7, top_p=0.95, max_tokens=max_tokens, ignore_eos=False, seed=1
    )
    messages = (ChatMessage("user", prompt),)
    request = EngineRequest(secrets.token_hex(8), messages, settings, None)
    async for event in engine.generate(request):
        if isinstance(event, Completed):
            print(f"\n{event.finish_reason}: {event.output_tokens} tokens, {event.timings}")
        else:
            print(event.text, end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Stream one answer from an engine.")
    parser.add_argument("prompt")
    parser.add_argument("--profile", default="small", choices=list(profiles.profiles()))
    parser.add_argument("--max-tokens", type=int, default=128)
    arguments = parser.parse_args()
    profile = profiles.profile(arguments.profile)
    asyncio.run(smoke(profile, arguments.prompt, arguments.max_tokens))


if __name__ == "__main__":
    main()
