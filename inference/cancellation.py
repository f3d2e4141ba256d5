"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable

PATIENCE_SECONDS = 0.25


async def cancel_all(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel until all have ended: redis-py swallows a cancellation that comes as it connects.

    Tasks of another loop are left alone: nothing that is done here would ever end them.
    """
    here = asyncio.get_running_loop()
    pending = {task for task in tasks if not task.done() and task.get_loop() is here}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=PATIENCE_SECONDS)


def are_alive(tasks: Iterable["asyncio.Task[None]"]) -> bool:
    """Whether these tasks are there and all still run, on this loop."""
    here, found = asyncio.get_running_loop(), list(tasks)
    return bool(found) and all(not task.done() and task.get_loop() is here for task in found)
