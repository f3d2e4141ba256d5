"""A worker with a real vLLM, killed in the middle of an answer."""

import time
from collections.abc import Iterator

import psutil
import pytest

from playground.local.processes import wait_until
from playground.local.stack import Stack
from tests.faults.browser import Browser, sign_in
from tests.faults.records import attempts, generation
from tests.inference.engines import tiny_model

pytestmark = [pytest.mark.fault, pytest.mark.engine, pytest.mark.timeout(180)]


@pytest.fixture
def real_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, with a random model: what it says does not matter here."""
    model = tiny_model.make(tmp_path_factory.mktemp("model"))
    folder = tmp_path_factory.mktemp("real")
    with Stack(folder / "data", environment={"PLAYGROUND_MODEL": str(model)}) as stack:
        stack.wait_ready(120)
        yield stack
    assert not sockets_of(stack)


def sockets_of(stack: Stack) -> list[str]:
    """Of the engines: nobody else may open them, and those of killed ones go with the stack."""
    folder = stack.data / "engines"
    if not folder.exists():
        return []
    assert folder.stat().st_mode & 0o077 == 0
    return [path.name for path in folder.iterdir() if path.is_socket()]


async def test_it_leaves_no_engine_behind_and_begins_again(real_stack: Stack) -> None:
    visitor = Browser(real_stack, sign_in(real_stack))
    await visitor.run(max_tokens=400, temperature=1.5, seed=3)
    await visitor.streaming(3)
    worker = psutil.Process(real_stack.processes["worker"].pid)
    children = worker.children(recursive=True)
    assert sockets_of(real_stack)
    real_stack.kill("worker")
    killed = time.monotonic()
    assert wait_until(lambda: not any(child.is_running() for child in children), 5), children
    real_stack.spawn("worker")
    await visitor.finish(90)
    await visitor.close()
    row = generation(real_stack, visitor.generation)
    first = attempts(real_stack, visitor.generation)[0]
    assert first["ended_at"] is not None
    assert time.monotonic() - killed < 80
    assert (row["status"], row["attempt"], row["text"]) == ("done", 2, visitor.lane.text)
    assert first["text"].startswith(visitor.lane.lost[1])
