"""How long a token takes from the engine to the browser's socket, with many streams at once.

python -m bench.delivery --streams 200 --rate 30 --seconds 20
"""

import argparse
import asyncio
import time

from bench.page import decode_frame, open_page
from bench.system import CpuMeter, System, resident_mib, system
from bench.table import print_table, quantile

LANES = 2
WARM_UP_SECONDS = 3.0


class Receiver:
    """Counts tokens, and keeps each one's delay from the stamp that it carries, in ms."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.tokens = 0
        self.held: dict[int, int] = {}
        self.ended: dict[str, int] = {}
        self.errors: list[str] = []
        self.measure_from = 0

    def frame(self, payload: bytes, now: int) -> None:
        for event in decode_frame(payload).events:
            if event.type == "delta":
                self.tokens += len(event.pieces)
                held = self.held.get(event.generation, 0)
                self.held[event.generation] = held + len(event.pieces)
                for text, _, _ in event.pieces:
                    made = int(text)
                    if made > self.measure_from:
                        self.delays.append((now - made) / 1e6)
            elif event.type == "snapshot":
                self.tokens += event.tokens - self.held.get(event.generation, 0)
                self.held[event.generation] = event.tokens
            elif event.type == "end":
                self.ended[event.status] = self.ended.get(event.status, 0) + 1
            elif event.type == "error":
                self.errors.append(event.message)


async def drive(made: System, streams: int, tokens: int) -> tuple[Receiver, dict[str, float], int]:
    """Run `streams` generations of `tokens` tokens; what arrived, CPU seconds, tokens meanwhile."""
    receiver = Receiver()
    cookie = made.sign_in()
    pages = [await open_page(made.address, cookie, receiver.frame) for _ in range(streams // LANES)]
    lane = {"profile": "scripted", "settings": {"max_tokens": tokens}}
    for page in pages:
        page.run([lane] * LANES)
        await asyncio.sleep(0.01)
    await asyncio.sleep(WARM_UP_SECONDS)
    receiver.measure_from = time.time_ns()
    before, meter = receiver.tokens, CpuMeter(made.processes)
    while not receiver.ended and not receiver.errors:
        await asyncio.sleep(0.1)
    used, during = meter.used(), receiver.tokens - before
    deadline = time.monotonic() + 30
    while sum(receiver.ended.values()) < streams and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    for page in pages:
        page.close()
    return receiver, used, during


def report(streams: int, rate: float, seconds: float) -> None:
    tokens = int(rate * (seconds + WARM_UP_SECONDS + streams * 0.01))
    with system(concurrency=streams + 8, interval=1 / rate, stamp=True) as made:
        receiver, used, during = asyncio.run(drive(made, streams, tokens))
        memory = {name: resident_mib(process) for name, process in made.processes.items()}
    if receiver.errors:
        raise SystemExit(f"refused: {receiver.errors[:3]}")
    print_table(
        f"{streams} streams at {rate:g} tokens/s, {LANES} lanes a page",
        ["figure", "value"],
        [
            ["added delay p50, ms", quantile(receiver.delays, 0.50)],
            ["added delay p99, ms", quantile(receiver.delays, 0.99)],
            ["added delay max, ms", max(receiver.delays, default=float("nan"))],
            ["tokens made", streams * tokens],
            ["tokens lost", streams * tokens - receiver.tokens],
            ["ended", receiver.ended],
        ],
    )
    path = ("worker", "valkey", "web")
    print_table(
        "CPU per token, µs, and memory, MiB (PSS)",
        ["process", "CPU per token", "memory"],
        [[name, used[name] / max(during, 1) * 1e6, memory[name]] for name in used]
        + [["worker + valkey + web",
            sum(used[name] for name in path) / max(during, 1) * 1e6,
            sum(memory[name] for name in path)]],
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rate", type=float, default=30.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    report(given.streams, given.rate, given.seconds)


if __name__ == "__main__":
    main()
