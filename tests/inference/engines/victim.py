"""A worker to be killed: starts an engine on the model given, says so, and generates for ever."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from inference.engines.vllm import VLLMEngine
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile
from tests.inference.engines.answers import GREEDY, ask


async def main(model: str) -> None:
    engine = VLLMEngine(Profile("tiny", "Tiny", "", "vllm", model, CPU_ARGS, CPU_ENVIRONMENT))
    await engine.start()
    print("READY", flush=True)
    while True:
        await ask(engine, replace(GREEDY, max_tokens=400))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
