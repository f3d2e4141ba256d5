"""An engine whose process is killed says so at once, and can be built anew in place."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from inference.engines.protocol import EngineDead
from inference.engines.vllm import VLLMEngine
from inference.profiles import Profile
from tests.inference.engines.answers import GREEDY, ask, collect, request
from tests.inference.engines.processes import core_pids, is_alive

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mortal(tiny_profile: Profile) -> AsyncIterator[VLLMEngine]:
    """An engine of this file's own, to be killed."""
    built = VLLMEngine(tiny_profile)
    await built.start()
    yield built
    await built.stop()


def kill_core(engine: VLLMEngine) -> None:
    os.kill(core_pid(engine), signal.SIGKILL)


def core_pid(engine: VLLMEngine) -> int:
    """Of this engine's EngineCore: another file's engine may be running too."""
    assert engine._llm is not None
    (process,) = engine._llm.engine_core.resources.engine_manager.processes
    assert process.pid in core_pids()
    return process.pid


async def test_it_fails_what_was_running_then_restarts(mortal: VLLMEngine) -> None:
    running = asyncio.create_task(collect(mortal, request(replace(GREEDY, max_tokens=450))))
    await asyncio.sleep(0.2)
    kill_core(mortal)
    with pytest.raises(EngineDead):
        await asyncio.wait_for(running, 5)
    await asyncio.wait_for(mortal.dead.wait(), 5)
    assert not await mortal.health()
    with pytest.raises(EngineDead):
        await ask(mortal)
    assert mortal.describe().engine == "vllm"

    await mortal.restart()
    assert await mortal.health()
    assert not mortal.dead.is_set()
    assert (await ask(mortal)).end.output_tokens == GREEDY.max_tokens


async def test_it_notices_a_death_when_idle(mortal: VLLMEngine) -> None:
    assert await mortal.health()
    kill_core(mortal)
    await asyncio.wait_for(mortal.dead.wait(), 5)
    assert not await mortal.health()


async def test_it_leaves_nothing_when_stopped(mortal: VLLMEngine) -> None:
    await mortal.restart()
    pid = core_pid(mortal)
    running = asyncio.create_task(collect(mortal, request(replace(GREEDY, max_tokens=450))))
    await asyncio.sleep(0.1)
    await mortal.stop()
    with pytest.raises(EngineDead):
        await asyncio.wait_for(running, 1)
    assert not is_alive(pid)
    await mortal.stop()
