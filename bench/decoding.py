"""What our decoding methods cost: tokens/s of the engine alone, by who uses which.

    python -m bench.decoding --requests 32 --repeats 5

The engine is started without our logits processors, with them, and without them again; a batch's
requests all use one method, or one method each by turns, or none.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psutil

from bench.system import CpuMeter
from bench.table import print_table
from inference.decoding.controls import sampling_settings
from inference.decoding.methods import PROCESSOR_CONTROLS
from inference.engines.protocol import ChatMessage, Completed, Engine, EngineRequest
from inference.engines.registry import build
from inference.profiles import profile

SETTINGS: Mapping[str, Any] = {"temperature": 1.0, "max_tokens": 128, "ignore_eos": True}
METHODS: Mapping[str, Mapping[str, Any]] = {
    "typical": {"typical_p": 0.9},
    "XTC": {"xtc_probability": 0.5},
    "Mirostat 2": {"mirostat_tau": 3.0},
    "DRY": {"dry_multiplier": 0.8},
    "temperature schedule": {"temperature_end": 0.3},
}
KINDS: Mapping[str, list[Mapping[str, Any]]] = {
    "no method": [{}],
    **{name: [method] for name, method in METHODS.items()},
    "one each, by turns": list(METHODS.values()),
}
Measured = tuple[float, float]
"""Tokens/s, and CPU time of both processes in µs a token."""

Rates = dict[str, list[Measured]]


async def one(engine: Engine, index: int, method: Mapping[str, Any]) -> int:
    message = ChatMessage("user", f"Write a short story about lantern number {index}.")
    settings = sampling_settings({**SETTINGS, **method}, index + 1)
    request = EngineRequest(f"{index}-{time.monotonic_ns()}", (message,), settings, None)
    async for item in engine.generate(request):
        if isinstance(item, Completed):
            return item.output_tokens
    raise RuntimeError("the engine ended without an end")


async def rate(engine: Engine, requests: int, methods: list[Mapping[str, Any]]) -> Measured:
    """One batch."""
    meter, began = CpuMeter({"engine": psutil.Process()}), time.perf_counter()
    chosen = [methods[index % len(methods)] for index in range(requests)]
    made = await asyncio.gather(*(one(engine, i, method) for i, method in enumerate(chosen)))
    seconds = time.perf_counter() - began
    return sum(made) / seconds, meter.used()["engine"] / sum(made) * 1e6


async def measured(controls: frozenset[str], kinds: list[str], given: Any) -> Rates:
    """Each kind's rates; kinds take turns, so that a slow moment of the machine hits them all."""
    engine = build(replace(profile("small"), controls=controls))
    await engine.start()
    rates: Rates = {kind: [] for kind in kinds}
    await rate(engine, given.requests, [{}])
    for _ in range(given.repeats):
        for kind in kinds:
            rates[kind].append(await rate(engine, given.requests, KINDS[kind]))
    await engine.stop()
    return rates


async def run(given: Any) -> None:
    every = profile("small").controls
    before = await measured(every - PROCESSOR_CONTROLS, ["no method"], given)
    loaded = await measured(every, list(KINDS), given)
    after = await measured(every - PROCESSOR_CONTROLS, ["no method"], given)
    bare = before["no method"] + after["no method"]
    rows = [row(name, found, bare) for name, found in {"not loaded": bare, **loaded}.items()]
    title = f"Decoding methods, {given.requests} requests at once, {given.repeats} repeats"
    head = ["used", "tokens/s", "least", "most", "ratio to not loaded", "CPU µs/token"]
    print_table(title, head, rows)


def row(name: str, found: list[Measured], bare: list[Measured]) -> list[object]:
    """A line of the table; `bare` is what the ratio is to."""
    rates = [rate for rate, _ in found]
    middle, base = statistics.median(rates), statistics.median(rate for rate, _ in bare)
    return [
        name, middle, min(rates), max(rates), middle / base, statistics.median(c for _, c in found),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=5)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
