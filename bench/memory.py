"""What sockets and processes weigh, and whether memory grows under load.

python -m bench.memory --sockets 1000 --minutes 2
"""

import argparse
import asyncio
import time

from bench.delivery import Receiver
from bench.page import open_page
from bench.system import System, resident_mib, system
from bench.table import print_table

STREAMS = 100


async def idle_sockets(made: System, count: int) -> list[list[object]]:
    """The web process before and with `count` idle sockets."""
    cookie, receiver = made.sign_in(), Receiver()
    web = made.processes["web"]
    warm = [await open_page(made.address, cookie, receiver.frame) for _ in range(10)]
    await asyncio.sleep(2)
    before = resident_mib(web)
    pages = [await open_page(made.address, cookie, receiver.frame) for _ in range(count)]
    await asyncio.sleep(3)
    during = resident_mib(web)
    for page in (*warm, *pages):
        page.close()
    await asyncio.sleep(3)
    return [
        ["web, 10 sockets, MiB", before],
        [f"web, {count + 10} sockets, MiB", during],
        ["one idle socket, KiB", (during - before) * 1024 / count],
        ["web, after closing them, MiB", resident_mib(web)],
    ]


async def load(made: System, minutes: float) -> list[list[object]]:
    """Rounds of streams until the time is up; memory of each process after each tenth."""
    cookie = made.sign_in()
    samples: list[list[object]] = []
    started = time.monotonic()
    tenth = minutes * 60 / 10
    for number in range(1, 11):
        while time.monotonic() - started < tenth * number:
            await _round(made, cookie)
        memory = {name: resident_mib(process) for name, process in made.processes.items()}
        samples.append([f"{tenth * number / 60:.1f}", *memory.values(), sum(memory.values())])
    return samples


async def _round(made: System, cookie: str) -> None:
    receiver = Receiver()
    pages = [await open_page(made.address, cookie, receiver.frame) for _ in range(STREAMS // 2)]
    for page in pages:
        page.run([{"profile": "scripted", "settings": {"max_tokens": 100}}] * 2)
    while sum(receiver.ended.values()) < STREAMS and not receiver.errors:
        await asyncio.sleep(0.05)
    for page in pages:
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=2.0)
    given = parser.parse_args()
    with system(interval=1 / 30, stamp=True, concurrency=128) as made:
        sockets = asyncio.run(idle_sockets(made, given.sockets))
        names = list(made.processes)
        samples = asyncio.run(load(made, given.minutes))
    print_table("Idle sockets", ["figure", "value"], sockets)
    print_table(
        f"Memory under load ({STREAMS} streams at 30 tokens/s in rounds), MiB (PSS)",
        ["minutes", *names, "all"],
        samples,
    )


if __name__ == "__main__":
    main()
