"""A worker to be killed: starts an engine on the model given, says so, and generates for ever.

With a second argument "forked" it is started as `inference.engine_worker` starts one. An engine
that dies is built anew, and that is said too.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from inference.engines import core_process
from inference.engines.protocol import EngineDead
from inference.engines.vllm import VLLMEngine
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile
from tests.inference.engines.answers import GREEDY, ask


async def main(profile: Profile) -> None:
    engine = VLLMEngine(profile)
    await engine.start()
    print("READY", flush=True)
    while True:
        try:
            await ask(engine, replace(GREEDY, max_tokens=400))
        except EngineDead:
            await engine.restart()
            print("AGAIN", flush=True)


if __name__ == "__main__":
    tiny = Profile("tiny", "Tiny", "", "vllm", sys.argv[1], CPU_ARGS, CPU_ENVIRONMENT)
    if sys.argv[2:] == ["forked"]:
        assert core_process.fork_server(tiny)
    asyncio.run(main(tiny))
