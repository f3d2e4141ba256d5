"""Browsers that leave, come back, read slowly, or send too much."""

import asyncio
import contextlib
import json
import random
import time

import psutil
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from playground.local.stack import Stack
from tests.faults.browser import Browser
from tests.faults.records import generation, make_long

pytestmark = pytest.mark.fault
MIB = 1 << 20


def memory_of_web(stack: Stack) -> int:
    return int(psutil.Process(stack.processes["web"].pid).memory_info().rss)


async def close_code(socket: ClientConnection) -> int | None:
    """Read to the end; why the server closed."""
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    return socket.close_code


async def test_it_finishes_what_nobody_watches(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=40)
    await visitor.streaming(3)
    await visitor.close()
    async with asyncio.timeout(10):
        while generation(stack, visitor.generation)["status"] != "done":
            await asyncio.sleep(0.1)
    await visitor.finish()
    row = generation(stack, visitor.generation)
    assert (visitor.lane.text, visitor.lane.tokens) == (row["text"], 40)


async def test_it_leaves_no_gap_over_200_reloads(
    stack: Stack, visitor: Browser, cookie: str
) -> None:
    await visitor.run(lanes=2, max_tokens=300)
    reloads = random.Random(5)

    async def reload_often(page: Browser, times: int) -> None:
        for _ in range(times):
            await page.nothing_for(reloads.uniform(0.0, 0.08))
            await page.close()
            if reloads.random() < 0.3:
                page.lanes = dict.fromkeys(page.lanes)  # type: ignore[arg-type]
                page.lanes = {id: type(visitor.lanes[id])() for id in page.lanes}
        await page.finish()

    pages = [Browser(stack, cookie) for _ in range(4)]
    for page in pages:
        page.lanes = {id: type(lane)() for id, lane in visitor.lanes.items()}
    await asyncio.gather(visitor.finish(), *(reload_often(page, 50) for page in pages))
    for page in (visitor, *pages):
        for id, lane in page.lanes.items():
            assert lane.text == generation(stack, id)["text"]
        await page.close()


async def test_it_bounds_what_waits_for_a_browser_that_does_not_read(
    stack: Stack, visitor: Browser
) -> None:
    await visitor.run(lanes=8, max_tokens=2)
    await visitor.finish()
    make_long(stack, list(visitor.lanes), 50_000)
    watch = {"type": "watch", "generations": [{"generation": id} for id in visitor.lanes]}
    before = memory_of_web(stack)
    async with visitor.connect() as slow:
        slow.transport.pause_reading()
        for _ in range(40):
            await slow.send(json.dumps(watch))
        await asyncio.sleep(1)
        begun = time.monotonic()
        visitor.lanes.clear()
        await visitor.run(max_tokens=3)
        await visitor.finish()
        assert time.monotonic() - begun < 3, "others are served meanwhile"
        assert memory_of_web(stack) - before < 60 * MIB
        slow.transport.resume_reading()
        assert await close_code(slow) == 4408


async def test_it_takes_no_frame_of_ten_megabytes(stack: Stack, visitor: Browser) -> None:
    await visitor.run(max_tokens=2)
    await visitor.finish()
    before = memory_of_web(stack)
    for _ in range(5):
        async with visitor.connect() as socket:
            with contextlib.suppress(websockets.ConnectionClosed):
                await socket.send('{"type": "run", "key": "' + "x" * 10 * MIB)
            assert await close_code(socket) == 1009
    assert memory_of_web(stack) - before < 30 * MIB
    visitor.lanes.clear()
    assert (await visitor.run(max_tokens=2))["type"] == "accepted"
    await visitor.finish()
