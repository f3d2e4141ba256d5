"""The whole product with the scripted engine, to be broken."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playground.local.stack import Stack

if TYPE_CHECKING:
    from tests.faults.browser import Browser

SCRIPT = {"interval": 0.03}


def script(**arguments: Any) -> dict[str, str]:
    """The environment in which the scripted engine runs with these arguments."""
    return {
        "PLAYGROUND_ALLOW_SCRIPTED": "1",
        "PLAYGROUND_SCRIPTED_ARGS": json.dumps({**SCRIPT, **arguments}),
    }


@pytest.fixture(scope="session")
def running() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="playground-faults-"))
    folder.chmod(0o711)
    with Stack(folder / "data", profiles=("scripted",), environment=script()) as stack:
        stack.wait_ready(60)
        yield stack
    if not os.environ.get("KEEP_FAULT_LOGS"):
        shutil.rmtree(folder.resolve(), ignore_errors=True)


@pytest.fixture(scope="session")
def cookie(running: Stack) -> str:
    from tests.faults.browser import sign_in

    return sign_in(running)


@pytest.fixture
def stack(running: Stack) -> Stack:
    """The stack with everything up, whatever the test before did."""
    for name in running.ended():
        running.restart(name)
    for name in running.names:
        if name not in running.processes:
            running.spawn(name)
    running.wait_ready(60)
    return running


@pytest.fixture
def engine_with(stack: Stack) -> Iterator[Callable[..., None]]:
    """Restarts the worker with other arguments for its engine, until the test is over."""

    def restart(**arguments: Any) -> None:
        stack.overlay(script(**arguments))
        stack.restart("worker")
        stack.wait_ready(30)

    yield restart
    restart()


@pytest.fixture
async def visitor(stack: Stack, cookie: str) -> AsyncIterator[Browser]:
    from tests.faults.browser import Browser

    visitor = Browser(stack, cookie)
    yield visitor
    await visitor.close()
