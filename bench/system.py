"""A whole system to measure: stores, web, workers, on free ports and sockets of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import httpx
import psutil

from playground.local import postgres, valkey
from playground.local.processes import spawn

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "bench@example.com", "only-for-benchmarks"
CELERY = (sys.executable, "-m", "celery", "-A", "playground")
ENGINE_WORKER = (sys.executable, "-m", "inference.engine_worker", "-A", "playground")


class System:
    """Running processes by name: postgres, valkey, web, worker, sweeper, beat."""

    def __init__(self, profile: str, folder: Path, scripted: Mapping[str, object]) -> None:
        self.profile = profile
        self._folder = folder
        self.postgres = postgres.start(folder / "postgres")
        self.valkey = valkey.start(folder / "valkey")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": "only-for-benchmarks-" + "0" * 40,
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "PLAYGROUND_ALLOW_SCRIPTED": "1",
            "PLAYGROUND_SCRIPTED_ARGS": json.dumps(dict(scripted)),
        }
        self.processes: dict[str, psutil.Process] = {
            "postgres": psutil.Process(self.postgres.process.pid),
            "valkey": psutil.Process(self.valkey.process.pid),
        }
        self._log = (folder / "log").open("wb")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> None:
        """Run one of manage.py's commands to its end."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True)

    def start(self, concurrency: int) -> None:
        """Start everything, and wait until the engine is ready."""
        self.manage("migrate", "-v0")
        self.manage("make_demo", "--email", EMAIL, "--password", PASSWORD)
        self._spawn(
            "web", sys.executable, "-m", "uvicorn", "playground.asgi:application",
            "--ws", "websockets-sansio", "--ws-per-message-deflate", "false",
            "--port", str(self.port), "--log-level", "warning",
        )  # fmt: skip
        worker = (
            "worker", "--without-gossip", "--without-mingle", "--pool", "threads",
            "--loglevel", "WARNING",
        )  # fmt: skip
        self._spawn(
            "worker", *ENGINE_WORKER, *worker, "--concurrency", str(concurrency),
            "--queues", f"engine.{self.profile}", "--hostname", "engine@%h",
        )  # fmt: skip
        self._spawn(
            "sweeper", *CELERY, *worker, "--concurrency", "2",
            "--queues", "maintenance", "--hostname", "maintenance@%h",
        )  # fmt: skip
        self._spawn("beat", *CELERY, "beat", "--schedule", str(self._folder / "schedule"))
        self._wait_ready()

    def _spawn(self, name: str, *command: str) -> None:
        process = spawn(command, environment=self.environment, folder=ROOT, output=self._log)
        self.processes[name] = psutil.Process(process.pid)

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"http://{self.address}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError("not ready within 120 s:\n" + self.log())

    def log(self) -> str:
        """The end of what the processes printed."""
        return (self._folder / "log").read_text(errors="replace")[-3000:]

    def sign_in(self) -> str:
        """The Cookie header of a signed-in session."""
        with httpx.Client(base_url=f"http://{self.address}") as client:
            client.get("/accounts/login/")
            form = {
                "login": EMAIL,
                "password": PASSWORD,
                "csrfmiddlewaretoken": client.cookies["csrftoken"],
            }
            answer = client.post("/accounts/login/", data=form)
            if answer.status_code != 302:
                raise RuntimeError(f"sign-in answered {answer.status_code}")
            return f"sessionid={client.cookies['sessionid']}"

    def stop(self) -> None:
        """End everything that was started."""
        own = [self.processes[name] for name in ("beat", "sweeper", "worker", "web")
               if name in self.processes]  # fmt: skip
        for process in own:
            process.terminate()
        for process in psutil.wait_procs(own, timeout=10)[1]:
            process.kill()
        self.valkey.stop()
        self.postgres.stop()
        self._log.close()


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


class CpuMeter:
    """CPU seconds (user and system, children included) used by processes since it was made."""

    def __init__(self, processes: Mapping[str, psutil.Process]) -> None:
        self._processes = processes
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {
            name: sum(sum(member.cpu_times()[:2]) for member in family(process))
            for name, process in self._processes.items()
        }

    def used(self) -> dict[str, float]:
        now = self._now()
        return {name: now[name] - self._before[name] for name in now}


def resident_mib(process: psutil.Process) -> float:
    """Proportional set size of a process and its children in MiB: shared pages count once."""
    return sum(member.memory_full_info().pss for member in family(process)) / 2**20


@contextmanager
def system(
    profile: str = "scripted", concurrency: int = 64, **scripted: object
) -> Iterator[System]:
    """A started system that is stopped and removed at the end. `scripted` are engine arguments."""
    folder = Path(tempfile.mkdtemp(prefix="playground-bench-"))
    folder.chmod(0o711)
    made = System(profile, folder, scripted)
    try:
        made.start(concurrency)
        yield made
    finally:
        made.stop()
        rmtree(folder, ignore_errors=True)
