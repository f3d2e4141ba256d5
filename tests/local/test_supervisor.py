"""`python -m playground.local` as a person runs it: up, mended, and gone without a trace."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from playground.local.ports import free_port
from playground.local.processes import wait_until

pytestmark = pytest.mark.fault
SCRIPTED = {"PLAYGROUND_PROFILE": "scripted", "PLAYGROUND_ALLOW_SCRIPTED": "1"}


class Run:
    """A supervisor in a process of its own, with what it printed."""

    def __init__(self, data: Path, port: int, environment: dict[str, str]) -> None:
        data.parent.mkdir(parents=True, exist_ok=True)
        self.data, self.port = data, port
        self.output = data.with_name(f"output-{port}-{time.monotonic_ns()}.txt")
        options = ["--port", str(port), "--data", str(data)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "playground.local", *options],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **SCRIPTED, **environment},
            )

    def printed(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str, seconds: float = 60) -> None:
        found = wait_until(lambda: text in self.printed(), seconds, 0.1)
        assert found, self.printed()

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, mark: str) -> psutil.Process:
        return next(child for child in self.descendants() if mark in " ".join(child.cmdline()))


Start = Callable[..., Run]


@pytest.fixture
def start() -> Iterator[Start]:
    runs: list[Run] = []

    def begin(data: Path, port: int, **environment: str) -> Run:
        runs.append(Run(data, port, environment))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.terminate()
        run.process.wait(15)


def gone(processes: list[psutil.Process], seconds: float) -> bool:
    def none_left() -> bool:
        return not any(
            process.is_running() and process.status() != psutil.STATUS_ZOMBIE
            for process in processes
        )

    return wait_until(none_left, seconds, 0.05)


def test_it_says_ready_and_how_to_sign_in(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path / "data", free_port())
    run.wait_for("Ready: ")
    demo = json.loads((run.data / "demo.json").read_text())
    assert f"Ready: {demo['url']}\n" in run.printed()
    assert demo["email"] in run.printed()
    assert demo["password"] in run.printed()
    assert (run.data / "demo.json").stat().st_mode & 0o777 == 0o600
    with urllib.request.urlopen(f"{demo['url']}/accounts/login/", timeout=5) as page:  # noqa: S310
        assert page.status == 200


def test_it_restarts_what_dies_and_says_why(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path / "data", free_port())
    run.wait_for("Ready: ")
    run.child("valkey-server").kill()
    run.wait_for("valkey was killed by SIGKILL")
    run.wait_for("valkey started again")
    run.child("uvicorn").kill()
    run.wait_for("web was killed by SIGKILL; starting it again in 0.5 s")
    run.wait_for("web started again")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_all_within_ten_seconds(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    run = start(tmp_path / "data", free_port())
    run.wait_for("Ready: ")
    started = run.descendants()
    run.process.send_signal(number)
    assert run.process.wait(10) == 0
    assert gone(started, 0.1)


def test_it_leaves_nothing_when_killed_itself(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path / "data", free_port())
    run.wait_for("Ready: ")
    started = run.descendants()
    run.process.kill()
    run.process.wait()
    assert gone(started, 5)
    again = start(run.data, run.port)
    again.wait_for("Ready: ")
    password = re.findall("password (.+)", run.printed())
    assert password == re.findall("password (.+)", again.printed())


def test_it_refuses_a_folder_in_use(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path / "data", free_port())
    run.wait_for("Starting Postgres")
    second = start(run.data, free_port())
    assert second.process.wait(20) != 0
    assert f"process id {run.process.pid} runs on it" in second.printed()


def test_it_refuses_a_taken_port_before_starting_anything(start: Start, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        run = start(tmp_path / "data", other.getsockname()[1])
        assert run.process.wait(20) != 0
    assert "is taken by another program" in run.printed()
    assert not (run.data / "postgres").exists()


def test_it_runs_in_a_deep_folder(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path.joinpath(*["deep"] * 30) / "data", free_port())
    run.wait_for("Ready: ")


def test_it_serves_the_site_where_the_first_engine_cannot_be_started(
    start: Start, tmp_path: Path
) -> None:
    run = start(tmp_path / "data", free_port(), PLAYGROUND_SCRIPTED_ARGS='{"interval": "soon"}')
    run.wait_for("The engine of scripted died 3 times while it loaded", 90)
    assert "Could not convert string to float: 'soon'." in run.printed()
    run.wait_for("✗ Waiting for the engine of scripted")
    run.wait_for("Ready: ")


def test_it_refuses_a_setting_that_is_no_amount(start: Start, tmp_path: Path) -> None:
    run = start(tmp_path / "data", free_port(), PLAYGROUND_ENGINE_MEMORY_MIB="lots")
    assert run.process.wait(30) != 0
    assert "PLAYGROUND_ENGINE_MEMORY_MIB must be a number above 0, not “lots”." in run.printed()
    assert not (run.data / "postgres").exists()
