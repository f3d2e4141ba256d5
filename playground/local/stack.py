"""A whole local stack as an object: for `make run`, and for tests and benchmarks.

    with Stack(folder, profiles=("scripted",), environment={"PLAYGROUND_ALLOW_SCRIPTED": "1"}) as s:
        s.wait_ready()
        s.kill("worker")
        s.restart("worker")

Start, kill and restart from one lasting thread: the children die with the thread that made them.
"""

import json
import os
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import Popen
from types import TracebackType
from typing import Self

from playground.local import postgres, services, valkey
from playground.local.identity import DemoAccount, demo_account, secret_key
from playground.local.lock import FolderLock
from playground.local.logs import last_lines
from playground.local.ports import HOST, check_port, free_port, is_listening
from playground.local.processes import has_ended, reap, signal_leader, spawn, wait_until
from playground.local.services import ROOT, Service
from playground.local.sockets import empty_socket_folder, remove_socket_folder

PRODUCT_GRACE_SECONDS = 6.5
STORE_GRACE_SECONDS = 1.5
STORES = ("postgres", "valkey")
ENGINE_SOCKET = "0" * 36
"""vLLM names each of its sockets by a UUID."""


class StackError(RuntimeError):
    """Part of the stack did not do what it was asked; the message has its last log lines."""


class Stack:
    """One data folder, one port, its stores and its processes.

    `environment` is laid over what every process gets; `profiles` are those to run a worker for.
    """

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        *,
        profiles: Sequence[str] = ("small",),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data.absolute()
        self.port = port or free_port()
        self.profiles = tuple(profiles)
        self.processes: dict[str, Popen[bytes]] = {}
        self._overrides = dict(environment or {})
        self._services = self._declare()
        self._on_demand: dict[str, Service] = {}
        self._lock: FolderLock | None = None
        self._engine_sockets = self.data / "engines"
        self._postgres: postgres.Postgres | None = None
        self._valkey: valkey.Valkey | None = None

    def _declare(self) -> dict[str, Service]:
        product = [
            services.preparation(),
            services.web(HOST, self.port),
            *services.workers(self.profiles),
            services.sweeper(),
            services.beat(self.data),
        ]
        return {service.name: service for service in product}

    # What it is

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def account(self) -> DemoAccount:
        return demo_account(self.data, self.url)

    @property
    def postgres(self) -> postgres.Postgres:
        assert self._postgres, "not started"
        return self._postgres

    @property
    def valkey(self) -> valkey.Valkey:
        assert self._valkey, "not started"
        return self._valkey

    def environment(self) -> dict[str, str]:
        """What every process of the product gets."""
        inherited = {name: value for name, value in os.environ.items() if "DONTWRITE" not in name}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "playground.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": secret_key(self.data),
            "DEBUG": "0",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "CSRF_TRUSTED_ORIGINS": f"{self.url},http://localhost:{self.port}",
            "DATA_DIR": str(self.data),
            "PYTHONUNBUFFERED": "1",
            "VLLM_RPC_BASE_PATH": str(self._engine_sockets),
            "PLAYGROUND_DRAIN_SECONDS": "4",
            **self._overrides,
        }

    # Start

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def claim(self) -> None:
        """Take the folder and look at the port, before anything is started."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(self.data)
        check_port(self.port)
        for folder in (self.logs, self.data / "beat"):
            folder.mkdir(exist_ok=True)
        self._engine_sockets = empty_socket_folder(self.data / "engines", ENGINE_SOCKET)

    def start_stores(self) -> None:
        """Start Valkey and Postgres, and wait until both answer."""
        self._valkey = valkey.start(self.data / "valkey", log=self.logs / "valkey.log")
        self._postgres = postgres.start(self.data / "postgres", log=self.logs / "postgres.log")

    def start(self, only: Sequence[str] | None = None) -> None:
        """Start the stores and the product (or only the processes named).

        The engine's worker goes first: it takes longest, and needs no table until it has a task.
        """
        self.claim()
        self.start_stores()
        wanted = [name for name in self.names if only is None or name in only]
        for name in wanted:
            if name.startswith("worker"):
                self.spawn(name)
        self.prepare()
        for name in wanted:
            if not name.startswith("worker"):
                self.spawn(name)

    @property
    def names(self) -> list[str]:
        """The lasting processes of the product."""
        return [name for name in self._services if name != "prepare"]

    def engine_name(self, profile: str) -> str:
        """What the worker of this profile's engine is called."""
        return services.engine_name(profile, self.profiles)

    def add_engine(self, profile: str) -> str:
        """Know of one more engine, which is started when somebody wants it; returns its name."""
        name = self.engine_name(profile)
        if name not in self._services:
            self._on_demand[name] = services.engine_worker(profile, name)
        return name

    def log_of(self, name: str) -> Path:
        """Where a process writes."""
        return self.logs / f"{name}.log"

    def spawn(self, name: str) -> None:
        """Start one process of the product."""
        service = self._services.get(name) or self._on_demand[name]
        with self.log_of(name).open("ab") as output:
            self.processes[name] = spawn(
                service.command,
                environment={**self.environment(), **service.environment, **self._demo(name)},
                folder=ROOT,
                output=output,
            )

    def _demo(self, name: str) -> dict[str, str]:
        if name != "prepare":
            return {}
        return {"DEMO_EMAIL": self.account.email, "DEMO_PASSWORD": self.account.password}

    def prepare(self, seconds: float = 120) -> None:
        """Migrate and make the demo account. Raises StackError when that fails."""
        self.spawn("prepare")
        process = self.processes.pop("prepare")
        wait_until(lambda: has_ended(process), seconds)
        if reap(process) != 0:
            raise StackError(f"The database could not be prepared:\n{self.last_words('prepare')}")

    # Look

    def is_serving(self) -> bool:
        """Whether our own web process listens and answers."""
        process = self.processes.get("web")
        if process is None or not is_listening(process.pid, self.port):
            return False
        return self.get("/healthz") == {"status": "ok"}

    def get(self, path: str) -> dict[str, object] | None:
        """A JSON answer of the site, whatever its status; None when there is none."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310
                return dict(json.load(answer))
        except urllib.error.HTTPError as refusal:
            try:
                return dict(json.load(refusal))
            except ValueError:
                return None
        except (OSError, ValueError):
            return None

    def waiting_for(self) -> list[str]:
        """What is not ready yet, in words; empty when all is."""
        if not self.is_serving():
            return ["the site"]
        state = self.get("/readyz") or {}
        engines = state.get("engines")
        engines = engines if isinstance(engines, dict) else {}
        missing = [name for name in STORES if state.get(name) not in (True, "ready", "ok")]
        return missing + [
            f"the engine of {profile}"
            for profile in self.profiles
            if engines.get(profile) != "ready"
        ]

    def wait_ready(self, seconds: float = 120) -> None:
        """Wait until every engine is ready. Raises StackError when that takes too long."""
        deadline = time.monotonic() + seconds
        while missing := self.waiting_for():
            for name, process in self.processes.items():
                if has_ended(process):
                    raise StackError(f"{name} has ended:\n{self.last_words(name)}")
            if time.monotonic() > deadline:
                raise StackError(f"Not ready after {seconds:.0f} s: {', '.join(missing)}")
            time.sleep(0.1)

    def last_words(self, name: str) -> str:
        """The end of a process' log."""
        return last_lines(self.log_of(name))

    def ended(self) -> dict[str, int]:
        """The processes and stores that have died, with their exit codes; each is told once."""
        dead = {}
        for name, process in list(self.processes.items()):
            if has_ended(process):
                dead[name] = reap(self.processes.pop(name))
        for name, store in (("postgres", self._postgres), ("valkey", self._valkey)):
            if store and store.process.returncode is None and has_ended(store.process):
                dead[name] = reap(store.process)
        return dead

    # Break and mend

    def kill(self, name: str) -> None:
        """End a process or a store as a crash would."""
        if name in STORES:
            (self.postgres if name == "postgres" else self.valkey).kill()
        else:
            os.kill(self.processes[name].pid, signal.SIGKILL)
            self.processes.pop(name).wait()

    def restart(self, name: str) -> None:
        """Start a process or a store again, after ending it politely where it runs."""
        if name in STORES:
            (self.postgres if name == "postgres" else self.valkey).restart()
            return
        self.end(name)
        self.spawn(name)

    def end(self, name: str, grace: float = PRODUCT_GRACE_SECONDS) -> None:
        """End a process of the product politely."""
        self._end([name], grace)

    def overlay(self, environment: Mapping[str, str]) -> None:
        """Lay more over what every process gets that is started from now on."""
        self._overrides.update(environment)

    def _end(self, names: Sequence[str], grace: float) -> None:
        ending = [self.processes.pop(name) for name in names if name in self.processes]
        for process in ending:
            signal_leader(process, signal.SIGTERM)
        wait_until(lambda: all(map(has_ended, ending)), grace, 0.02)
        for process in ending:
            reap(process)

    def stop(self, grace: float = PRODUCT_GRACE_SECONDS) -> None:
        """End everything within ten seconds: the product at once together, then its stores."""
        self._end(list(self.processes), grace)
        for store in (self._postgres, self._valkey):
            if store:
                store.stop(STORE_GRACE_SECONDS)
        self._postgres = self._valkey = None
        if self._lock:
            shutil.rmtree(self.data / "engines", ignore_errors=True)
            remove_socket_folder(self.data / "engines")
            self._lock.release()
            self._lock = None
