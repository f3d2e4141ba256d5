"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable

PATIENCE_SECONDS = 0.25


async def cancel_all(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """Cancel until all have ended: redis-py swallows a cancellation that comes as it connects."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=PATIENCE_SECONDS)
