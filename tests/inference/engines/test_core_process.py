"""The core is forked from a process that has imported all, and dies with the worker too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from inference.engines import core_process
from inference.engines.vllm import VLLMEngine
from inference.profiles import CPU_ARGS, CPU_ENVIRONMENT, Profile
from tests.inference.engines.answers import GREEDY, ask
from tests.inference.engines.processes import core_pids, is_alive, parent

PROFILE = Profile("tiny", "Tiny", "", "vllm", "model", CPU_ARGS, CPU_ENVIRONMENT)


@pytest.mark.parametrize(
    "profile",
    [
        replace(PROFILE, engine="scripted"),
        replace(PROFILE, engine_args={**CPU_ARGS, "enforce_eager": False}),
        replace(PROFILE, environment={"OMP_NUM_THREADS": "2"}),
        replace(PROFILE, environment={}),
    ],
)
def test_it_forks_no_core_that_would_lack_something(profile: Profile) -> None:
    assert core_process.can_fork(PROFILE)
    assert not core_process.can_fork(profile)


@pytest.fixture(params=["forked", "started"])
def worker(
    request: pytest.FixtureRequest, tiny_profile: Profile
) -> Iterator[subprocess.Popen[str]]:
    """A process whose engine is ready; its server was forked from it, or started beside it."""
    command = [sys.executable, "-m", "tests.inference.engines.victim", tiny_profile.model]
    with subprocess.Popen(
        [*command, request.param], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as process:
        wait_for(process, "READY")
        yield process
        process.kill()


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    assert f"{word}\n" in iter(process.stdout.readline, "")


def gone(*pids: int) -> bool:
    deadline = time.monotonic() + 5
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


@pytest.mark.engine
def test_core_and_server_die_with_a_killed_worker(worker: subprocess.Popen[str]) -> None:
    (core,) = core_pids(worker.pid)
    server = parent(core)
    assert parent(server) == worker.pid
    worker.kill()
    worker.wait()
    assert gone(core, server)


@pytest.mark.engine
def test_another_server_is_started_when_it_was_killed(worker: subprocess.Popen[str]) -> None:
    (core,) = core_pids(worker.pid)
    server = parent(core)
    os.kill(server, signal.SIGKILL)
    os.kill(core, signal.SIGKILL)
    wait_for(worker, "AGAIN")
    (anew,) = core_pids(worker.pid)
    assert parent(anew) not in (server, worker.pid)


@pytest.mark.engine
@pytest.mark.asyncio(loop_scope="session")
async def test_a_profile_with_another_environment_has_its_core_spawned(
    engine: VLLMEngine, tiny_profile: Profile
) -> None:
    del engine  # whose core's server runs, and has read another environment
    odd = replace(tiny_profile, environment={**CPU_ENVIRONMENT, "VLLM_CPU_OMP_THREADS_BIND": "0"})
    assert not core_process.stand_ready(odd)
    built = VLLMEngine(odd)
    await built.start()
    try:
        assert (await ask(built)).end.output_tokens == GREEDY.max_tokens
        assert any(parent(core) == os.getpid() for core in core_pids())
    finally:
        os.environ.pop("VLLM_CPU_OMP_THREADS_BIND")
        await built.stop()
