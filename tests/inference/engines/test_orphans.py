"""A worker killed outright takes its EngineCore with it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from inference.profiles import Profile
from tests.inference.engines.processes import core_pids, is_alive

pytestmark = pytest.mark.engine


@pytest.fixture
def victim(tiny_profile: Profile) -> Iterator[subprocess.Popen[str]]:
    """A worker whose engine is generating."""
    command = [sys.executable, "-m", "tests.inference.engines.victim", tiny_profile.model]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "READY\n" in iter(process.stdout.readline, "")
        yield process
        process.kill()


def test_it_leaves_no_engine_behind_a_killed_worker(victim: subprocess.Popen[str]) -> None:
    (core,) = core_pids(victim.pid)
    victim.kill()
    victim.wait()
    deadline = time.monotonic() + 5
    while is_alive(core) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(core)
