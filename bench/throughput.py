"""Real vLLM through the whole stack against the same engine driven directly, in one run.

    python -m bench.throughput --at 1 8 32 64 --repeats 5

Both sides answer the same prompts with the same seeds and settings, so they make the same tokens.
They take turns batch by batch, never side by side, since two would share the cores; the ratio is
of each batch to the one just before it. A machine that others share is up to a third faster or
slower from minute to minute, which would be the ratio if one side were measured after the other.
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
Measured = tuple[float, float]
"""Tokens/s, and CPU µs per token of every process that had a part in it."""


def prompt(index: int) -> str:
    return f"Write a short story about a fox who lost lantern number {index}."


async def direct() -> None:
    """The engine alone: for each size on a line of stdin, (tokens/s, CPU µs per token) as JSON."""
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

    async def batch(size: int) -> Measured:
        meter, started = CpuMeter(me), time.perf_counter()
        tokens = sum(await asyncio.gather(*(one(i, i + 1) for i in range(size))))
        return tokens / (time.perf_counter() - started), meter.used()["engine"] / tokens * 1e6

    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await batch(int(line))), flush=True)
    await engine.stop()


class Alone:
    """`direct` in a process of its own, as the worker is."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.throughput", "--direct"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
            # vLLM looks into every loaded module, Celery's among them, which reads the settings.
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
            | {"DEBUG": "1"},
        )  # fmt: skip

    def batch(self, size: int) -> Measured:
        """Run so many requests at once. Raises RuntimeError where the engine has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{size}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("["):
                rate, cpu = json.loads(line)
                return rate, cpu
        raise RuntimeError("the engine alone has ended; run `bench.throughput --direct` to see why")

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


async def compare(
    made: System, alone: Alone, at: list[int], repeats: int
) -> dict[int, list[tuple[Measured, Measured]]]:
    """(engine alone, through sockets, Celery and relay) for each size and repeat."""
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

    async def batch(size: int) -> Measured:
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

    async def pair(size: int) -> tuple[Measured, Measured]:
        return await asyncio.to_thread(alone.batch, size), await batch(size)

    await pair(max(at))
    results = {size: [await pair(size) for _ in range(repeats)] for size in at}
    for page in pages:
        page.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", type=int, nargs="+", default=[1, 8, 32, 64])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--direct", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.direct:
        asyncio.run(direct())
        return
    alone = Alone()
    try:
        with system(PROFILE, concurrency=64) as made:
            results = asyncio.run(compare(made, alone, given.at, given.repeats))
    finally:
        alone.stop()
    rows = []
    for size, pairs in results.items():
        ratios = sorted(stack[0] / engine[0] for engine, stack in pairs)
        rows.append(
            [
                size,
                *(statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)),
                statistics.median(ratios),
                f"{ratios[0]:.2f}–{ratios[-1]:.2f}",
                *(statistics.median(pair[side][1] for pair in pairs) for side in (0, 1)),
            ]
        )
    print_table(
        f"Tokens/s, real vLLM, medians of {given.repeats} pairs of batches that take turns",
        ["requests", "engine alone", "whole stack", "ratio", "ratios",
         "CPU µs/token alone", "CPU µs/token stack"],
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    main()
