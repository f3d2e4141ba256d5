"""The product's own processes, as they are started."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST_FRAME_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Service:
    """One process: what runs, and what it needs beside the common environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def web(host: str, port: int) -> Service:
    """The site."""
    options = {
        "--host": host,
        "--port": str(port),
        "--lifespan": "on",
        "--ws": "websockets-sansio",
        "--ws-per-message-deflate": "false",
        "--ws-max-size": str(LARGEST_FRAME_BYTES),
        "--timeout-graceful-shutdown": "3",
    }
    flags = [part for option in options.items() for part in option]
    application = "playground.asgi:application"
    return Service("web", (sys.executable, "-m", "uvicorn", application, *flags, "--no-access-log"))


def celery(
    name: str,
    queue: str,
    concurrency: int,
    environment: Mapping[str, str],
    module: str = "celery",
) -> Service:
    """A Celery worker on one queue, started by this module."""
    options = {
        "--pool": "threads",
        "--concurrency": str(concurrency),
        "--queues": queue,
        "--hostname": f"{queue.removeprefix('engine.')}@%h",
    }
    flags = [part for option in options.items() for part in option]
    quiet = ("--without-gossip", "--without-mingle")  # workers need not know of each other
    command = (sys.executable, "-m", module, "-A", "playground", "worker", *quiet, *flags)
    return Service(name, command, environment)


def engine_worker(profile: str, name: str) -> Service:
    """The worker that owns one profile's engine; as many threads as requests at once."""
    environment = {"PLAYGROUND_PROFILE": profile}
    return celery(name, f"engine.{profile}", 64, environment, "inference.engine_worker")


def sweeper() -> Service:
    """The worker for upkeep, which bulk work never delays."""
    return celery("sweeper", "maintenance", 2, {})


def beat(data: Path) -> Service:
    """The clock."""
    schedule = str(data / "beat" / "schedule")
    command = (sys.executable, "-m", "celery", "-A", "playground", "beat", "--schedule", schedule)
    return Service("beat", command)


def preparation() -> Service:
    """Migrations and the demo account, in one short process."""
    return Service("prepare", (sys.executable, "-m", "playground.local.preparation"))


def profiles() -> tuple[str, ...]:
    """The profiles whose worker always runs: the first, and an OpenAI-compatible server's."""
    first = os.environ.get("PLAYGROUND_PROFILE", "small")
    others = ("openai",) if os.environ.get("PLAYGROUND_OPENAI_URL") else ()
    return tuple(dict.fromkeys((first, *others)))


def engine_name(profile: str, always: Sequence[str]) -> str:
    """What a profile's worker is called: that of the first that always runs is just `worker`."""
    return "worker" if always and profile == always[0] else f"worker-{profile}"


def workers(names: tuple[str, ...]) -> list[Service]:
    """An engine worker for each profile that always runs."""
    return [engine_worker(profile, engine_name(profile, names)) for profile in names]
