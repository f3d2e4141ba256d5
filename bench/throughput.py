"""Real vLLM through the whole stack against the same engine driven directly, in one run.

    python -m bench.throughput --at 1 8 32 64 --repeats 3

Both sides answer the same prompts with the same seeds and settings, so they make the same tokens.
The engines take turns, never side by side: two would share the cores.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

import psutil

from bench.page import Page, decode_frame, open_page
from bench.system import ROOT, CpuMeter, System, system
from bench.table import print_table

PROFILE = "small"
SETTINGS = {"temperature": 1.5, "top_p": 1.0, "max_tokens": 128}
LANES = 2


def prompt(index: int) -> str:
    return f"Write a short story about a fox who lost lantern number {index}."


async def direct(at: list[int], repeats: int) -> dict[int, list[tuple[float, float]]]:
    """(tokens/s, CPU µs per token) of the engine alone, for each concurrency and repeat."""
    from inference.decoding.controls import sampling_settings
    from inference.engines.protocol import ChatMessage, Completed, EngineRequest
    from inference.engines.registry import build
    from inference.profiles import profile

    engine = build(profile(PROFILE))
    await engine.start()
    me = {"engine": psutil.Process()}

    async def one(index: int, seed: int) -> int:
        request = EngineRequest(
            f"{index}-{seed}",
            (ChatMessage("user", prompt(index)),),
            sampling_settings(SETTINGS, seed),
            None,
        )
        async for item in engine.generate(request):
            if isinstance(item, Completed):
                return item.output_tokens
        raise RuntimeError("the engine ended without an end")

    async def batch(size: int) -> tuple[float, float]:
        meter, started = CpuMeter(me), time.perf_counter()
        tokens = sum(await asyncio.gather(*(one(i, i + 1) for i in range(size))))
        return tokens / (time.perf_counter() - started), meter.used()["engine"] / tokens * 1e6

    await batch(max(at))
    results = {size: [await batch(size) for _ in range(repeats)] for size in at}
    await engine.stop()
    return results


async def through_stack(
    made: System, at: list[int], repeats: int
) -> dict[int, list[tuple[float, float]]]:
    """The same through browser sockets, Celery and the relay; CPU of all processes."""
    cookie = made.sign_in()
    ended = asyncio.Semaphore(0)
    tokens: list[int] = []

    def frame(payload: bytes, _now: int) -> None:
        for event in decode_frame(payload).events:
            if event.type == "end":
                tokens.append(event.metrics["output_tokens"])
                ended.release()
            elif event.type == "error":
                raise SystemExit(event.message)

    pages: list[Page] = [
        await open_page(made.address, cookie, frame) for _ in range(max(at) // LANES + 1)
    ]

    async def batch(size: int) -> tuple[float, float]:
        tokens.clear()
        meter, started = CpuMeter(made.processes), time.perf_counter()
        for index in range(0, size, LANES):
            lanes: list[dict[str, Any]] = [
                {"profile": PROFILE, "settings": {**SETTINGS, "seed": index + lane + 1}}
                for lane in range(min(LANES, size - index))
            ]
            pages[index // LANES].run(lanes, prompt(index))
        for _ in range(size):
            await ended.acquire()
        total = sum(tokens)
        return total / (time.perf_counter() - started), sum(meter.used().values()) / total * 1e6

    await batch(max(at))
    results = {size: [await batch(size) for _ in range(repeats)] for size in at}
    for page in pages:
        page.close()
    return results


def run_direct(at: list[int], repeats: int) -> dict[int, list[tuple[float, float]]]:
    """`direct` in a process of its own, as the worker is."""
    command = [sys.executable, "-m", "bench.throughput", "--direct", "--repeats", str(repeats)]
    answer = subprocess.run(
        [*command, "--at", *map(str, at)], cwd=ROOT, check=True, capture_output=True, text=True,
        # vLLM looks into every loaded module, Celery's among them, which then reads the settings.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        | {"DEBUG": "1"},
    )  # fmt: skip
    measured = json.loads(answer.stdout.splitlines()[-1])
    return {int(size): [tuple(pair) for pair in pairs] for size, pairs in measured.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", type=int, nargs="+", default=[1, 8, 32, 64])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--direct", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.direct:
        print(json.dumps(asyncio.run(direct(given.at, given.repeats))))
        return
    before = run_direct(given.at, given.repeats)
    with system(PROFILE, concurrency=64) as made:
        stack = asyncio.run(through_stack(made, given.at, given.repeats))
    after = run_direct(given.at, given.repeats)
    rows = []
    for size in given.at:
        alone = before[size] + after[size]
        engine = statistics.median(rate for rate, _ in alone)
        ours = statistics.median(rate for rate, _ in stack[size])
        rows.append(
            [
                size,
                engine,
                ours,
                ours / engine,
                statistics.median(cpu for _, cpu in alone),
                statistics.median(cpu for _, cpu in stack[size]),
            ]
        )
    print_table(
        f"Tokens/s, real vLLM, medians of {given.repeats} (engine alone: before and after)",
        ["requests", "engine alone", "whole stack", "ratio",
         "CPU µs/token alone", "CPU µs/token stack"],
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    main()
