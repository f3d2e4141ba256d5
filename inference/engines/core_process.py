"""EngineCore forked from a process that has imported all, instead of started from nothing.

vLLM gives its core an interpreter of its own, which begins to import when the front end has done
the same: ten seconds each, one after the other. A fork server (`multiprocessing`'s) does it once:
a worker started by `inference.engine_worker` is forked into one before it has threads, any other
process starts one beside its own imports. A core built anew is there at once either way.

Only on a processor and without torch.compile: vLLM sets what its compiler and its threads read from
the environment after the server has begun, and no GPU may be touched before a fork. See
docs/decisions/0015.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing import connection, forkserver, resource_tracker
from pathlib import Path
from typing import Any

from inference.engines import vllm_environment
from inference.profiles import Profile

IMPORTS = "inference.engines.core_imports"
THREADS = "OMP_NUM_THREADS"

_begun_with: Mapping[str, str] | None = None
"""The profile's environment that the server was started with: it has read it."""


def can_fork(profile: Profile) -> bool:
    """Whether this profile's core needs nothing that a fork would lack."""
    return bool(
        profile.engine == "vllm"
        and profile.engine_args.get("enforce_eager")
        and profile.environment.get(THREADS) == "1"
    )


def stand_ready(profile: Profile) -> bool:
    """Start the server unless it runs. Whether this profile's core can be forked from it.

    The environment of the profile must be set already.
    """
    global _begun_with
    if not can_fork(profile):
        return False
    if _begun_with is None:
        multiprocessing.set_forkserver_preload([IMPORTS])
        _begun_with = dict(profile.environment)
    if _begun_with != profile.environment:
        return False
    forkserver.ensure_running()
    return True


def fork_server(profile: Profile) -> bool:
    """Import all, and fork this very process into the server. False if that is not safe.

    The address, the pipe and the pid are what `forkserver.ensure_running` would set; when this
    server is gone it starts another. Raises ImportError where there is no vLLM.
    """
    global _begun_with
    vllm_environment.prepare(profile)
    import vllm.v1.engine.async_llm  # noqa: F401

    import_module(IMPORTS)
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return False  # a lock held by another thread would stay locked in the fork
    multiprocessing.set_forkserver_preload([IMPORTS])
    resource_tracker.ensure_running()
    address = connection.arbitrary_address("AF_UNIX")  # type: ignore[attr-defined]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        Path(address).chmod(0o600)
        listener.listen()
        ended, alive = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(alive)
            _serve(listener.detach(), ended)
    os.close(ended)
    server: Any = forkserver._forkserver
    server._forkserver_address = address
    server._forkserver_alive_fd = alive
    server._forkserver_pid = child
    _begun_with = dict(profile.environment)
    return True


def _serve(listener: int, ended: int) -> None:
    """Fork cores until the worker is gone, and never come back."""
    try:
        forkserver.main(listener, ended, [])
    finally:
        os._exit(0)


def fork_cores(ready: bool) -> None:
    """Have vLLM fork the core that it starts next, or spawn it as it does by itself."""
    from vllm.utils import system_utils
    from vllm.v1.engine import utils

    utils.get_mp_context = _Forking if ready else system_utils.get_mp_context


class _Forking:
    """A multiprocessing context, as far as vLLM uses one for its core."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")

    def Process(  # noqa: N802 (multiprocessing's name)
        self, *, target: Callable[..., None], name: str, kwargs: Mapping[str, Any]
    ) -> multiprocessing.process.BaseProcess:
        arguments = (target, dict(os.environ), dict(kwargs))
        return self._context.Process(target=_run, name=name, args=arguments)

    def Queue(self) -> Any:  # noqa: N802 (multiprocessing's name)
        return self._context.Queue()


def _run(target: Callable[..., None], environment: Mapping[str, str], kwargs: Any) -> None:
    """In the core: take over what has changed in the environment since, and begin."""
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    target(**kwargs)
