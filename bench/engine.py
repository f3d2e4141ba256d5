"""One engine in a process of its own, asked and answering line by line: so that engines can take
turns in one run, as a noisy machine demands.

    python -m bench.engine small      (used by bench.techniques)
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import psutil

from bench.system import ROOT, CpuMeter

MEASURED = "measured: "


class EngineProcess:
    """The asking side. Use it as a context; `start_seconds` is how long the engine took."""

    def __init__(self, profile: str) -> None:
        kept = {name: value for name, value in os.environ.items() if "DONTWRITE" not in name}
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.engine", profile], cwd=ROOT, env={**kept, "DEBUG": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.about = self._answer()
        self.start_seconds = time.perf_counter() - started

    def ask(self, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Run these at once: `prompt`, `settings`, `seed`. What came, and what it took."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(list(requests)) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith(MEASURED):
                return dict(json.loads(line.removeprefix(MEASURED)))
        raise SystemExit(f"The engine ended with code {self.process.wait()}.")

    def __enter__(self) -> "EngineProcess":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)


def _say(measured: Mapping[str, Any]) -> None:
    print(MEASURED + json.dumps(measured), flush=True)


async def _serve(name: str) -> None:
    from inference.engines.registry import build
    from inference.profiles import profile

    engine = build(profile(name))
    await engine.start()
    _say({"flags": dict(engine.describe().flags), "capacity": _capacity(engine)})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        _say(await _batch(engine, json.loads(line)))
    await engine.stop()


def _capacity(engine: Any) -> int:
    """Tokens that the KV cache has room for."""
    cache = engine._llm.vllm_config.cache_config
    return int(cache.num_gpu_blocks or 0) * int(cache.block_size)


async def _batch(engine: Any, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    meter, started = CpuMeter({"engine": psutil.Process()}), time.perf_counter()
    answers = await asyncio.gather(*(_one(engine, each) for each in requests))
    seconds = time.perf_counter() - started
    tokens = sum(answer["tokens"] for answer in answers)
    return {
        "rate": tokens / seconds,
        "cpu_us": meter.used()["engine"] / tokens * 1e6,
        "answers": answers,
    }


async def _one(engine: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    from inference.decoding.controls import sampling_settings
    from inference.engines.protocol import ChatMessage, Completed, EngineRequest

    _one.asked += 1  # type: ignore[attr-defined]
    request = EngineRequest(
        f"{_one.asked}",  # type: ignore[attr-defined]
        (ChatMessage("user", asked["prompt"]),),
        sampling_settings(asked["settings"], asked.get("seed", 1)),
        asked.get("salt"),
    )
    await asyncio.sleep(asked.get("after", 0))
    started, times, text, ids, logprobs = time.perf_counter(), [], "", [], []
    async for item in engine.generate(request):
        if isinstance(item, Completed):
            break
        times.append(time.perf_counter())
        text += item.text
        ids += item.token_ids
        logprobs += [each.logprob for each in item.logprobs]
    guessed = item.speculated
    return {
        "text": text,
        "ids": ids,
        "tokens": item.output_tokens,
        "prompt_tokens": item.prompt_tokens,
        "cached": item.cached_tokens,
        "ttft_ms": (times[0] - started) * 1000,
        "longest_gap_ms": max((b - a for a, b in pairwise(times)), default=0) * 1000,
        "mean_logprob": statistics.fmean(logprobs) if logprobs else None,
        "drafted": sum(guessed.drafted) if guessed else 0,
        "accepted": sum(guessed.accepted) if guessed else 0,
        "steps": len(times),
    }


_one.asked = 0  # type: ignore[attr-defined]


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
