"""Gives a Celery worker its engine: one process, one profile, one queue.

The profile is the one whose queue the worker was started with (`--queues engine.<profile>`).
The maintenance worker consumes no such queue and loads no engine.
"""

import os
import signal
import socket
import sys
import threading
from typing import Any

import structlog
from celery.signals import celeryd_after_setup, worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings

from inference import tracing
from inference.engines.registry import build
from inference.launches import COULD_NOT_START
from inference.profiles import profile as profile_named
from inference.runner import Runner

log = structlog.get_logger(__name__)
LOADING_FAILED = 70
"""The exit code of a worker without an engine: EX_SOFTWARE of sysexits.h."""
_runner: Runner | None = None


class NoEngine(RuntimeError):
    """A generation was sent to a worker without an engine."""


def runner() -> Runner:
    """This process's runner. Raises NoEngine in a worker that has none."""
    if _runner is None:
        raise NoEngine("This worker was started without an engine.")
    return _runner


def profile_of(queues: list[str]) -> str | None:
    """The profile among a worker's queues. Raises ValueError where there are several."""
    profiles = [name.removeprefix("engine.") for name in queues if name.startswith("engine.")]
    if len(profiles) > 1:
        raise ValueError(f"One engine a worker: start one worker for each of {profiles}.")
    return profiles[0] if profiles else None


@celeryd_after_setup.connect
def start_engine(instance: Any, **_: Any) -> None:
    """Load the engine before the worker consumes anything; without one, end it.

    Celery logs what a signal's receiver raises, and goes on: a worker would take tasks that it
    cannot run. Only SystemExit comes through.
    """
    name = profile_of(list(instance.app.amqp.queues.consume_from))
    if name is None:
        return
    try:
        _load(name)
    except Exception as error:
        log.critical("the engine could not be started", profile=name, exc_info=True)
        print(f"{COULD_NOT_START}{_in_one_line(error)}", file=sys.stderr, flush=True)
        raise SystemExit(LOADING_FAILED) from error


def _load(name: str) -> None:
    global _runner
    tracing.start("worker")
    node = f"{name}@{socket.gethostname()}:{os.getpid()}"
    _runner = Runner(build(profile_named(name)), name, node)
    _runner.on_failure = lambda: os.kill(os.getpid(), signal.SIGTERM)
    _runner.start()


def _in_one_line(error: BaseException) -> str:
    """What went wrong: of errors that came from a group, the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split()) or type(error).__name__


@worker_ready.connect
def pause_with_engine(sender: Any, **_: Any) -> None:
    """Stop consuming while the engine is being built anew."""
    if _runner is None:
        return
    queue = f"engine.{_runner.profile}"
    _runner.on_engine_lost = lambda: sender.call_soon(sender.cancel_task_queue, queue)
    _runner.on_engine_back = lambda: sender.call_soon(sender.add_task_queue, queue)


@worker_shutting_down.connect
def drain(**_: Any) -> None:
    """Finish or hand back what runs, while Celery waits for its task threads."""
    if _runner is not None:
        seconds = settings.PLAYGROUND_DRAIN_SECONDS
        threading.Thread(target=_runner.drain, args=(seconds,), daemon=True).start()


@worker_shutdown.connect
def stop_engine(**_: Any) -> None:
    """Leave no engine process behind."""
    if _runner is not None:
        _runner.stop()
