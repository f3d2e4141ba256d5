"""What the stack adds to the time to first token, idle: Run sent → first token received, less the
engine's own.

    python -m bench.ttft --runs 200
"""

import argparse
import asyncio
import time

from bench.page import decode_frame, open_page
from bench.system import CpuMeter, System, system
from bench.table import print_table, quantile


async def one_run(made: System, cookie: str, runs: int, lanes: int) -> list[list[float]]:
    """For each run (total TTFT, engine's TTFT, dispatch, accepted) in ms, of the first lane."""
    seen: dict[str, float] = {}
    metrics: dict[int, dict[str, float]] = {}
    first: dict[int, float] = {}
    done = asyncio.Event()

    def frame(payload: bytes, now: int) -> None:
        for event in decode_frame(payload).events:
            if event.type == "accepted":
                seen["accepted"] = now
            elif event.type == "delta":
                first.setdefault(event.generation, now)
            elif event.type == "end":
                metrics[event.generation] = event.metrics
                if len(metrics) == lanes:
                    done.set()
            elif event.type == "error":
                raise SystemExit(event.message)

    page = await open_page(made.address, cookie, frame)
    results = []
    for _ in range(runs):
        for memory in (seen, metrics, first):
            memory.clear()  # type: ignore[attr-defined]
        done.clear()
        pressed = time.time_ns()
        page.run([{"profile": made.profile, "settings": {"max_tokens": 4}}] * lanes)
        await asyncio.wait_for(done.wait(), 60)
        lane = min(first, key=lambda generation: first[generation])
        total = (first[lane] - pressed) / 1e6
        end = metrics[lane]
        results.append(
            [
                total - end["ttft_ms"],
                total,
                end["ttft_ms"],
                end["dispatch_ms"],
                (seen["accepted"] - pressed) / 1e6,
            ]
        )
        await asyncio.sleep(0.05)
    page.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--lanes", type=int, default=1)
    given = parser.parse_args()
    with system(interval=0.001, prefill_delay=0.005) as made:
        cookie = made.sign_in()
        asyncio.run(one_run(made, cookie, 20, given.lanes))
        meter = CpuMeter(made.processes)
        results = asyncio.run(one_run(made, cookie, given.runs, given.lanes))
        used = meter.used()
    names = ["added TTFT", "total TTFT", "engine TTFT", "dispatch", "accepted answer"]
    print_table(
        f"Time to first token, idle, {given.lanes} lane(s), {given.runs} runs, ms",
        ["figure", "p50", "p99"],
        [
            [name, quantile(column, 0.50), quantile(column, 0.99)]
            for name, column in zip(names, zip(*results, strict=True), strict=True)
        ],
    )
    print_table(
        "CPU per run, ms (idle polling included)",
        ["process", "CPU"],
        [[name, seconds / given.runs * 1e3] for name, seconds in used.items()],
    )


if __name__ == "__main__":
    main()
