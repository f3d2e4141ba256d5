"""Gathers single requests into one call: what arrives while a call runs goes into the next."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

import structlog
from django.db import InterfaceError, OperationalError

Item = TypeVar("Item")
Result = TypeVar("Result")

log = structlog.get_logger(__name__)
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0)


class Batcher(Generic[Item, Result]):
    """Calls `function(items)` off the loop for many callers at once; one result per item.

    While Postgres is away the call is repeated with growing pauses: callers wait, nothing is
    dropped. A task that is cancelled leaves its item in the batch: the call is idempotent.
    """

    def __init__(
        self,
        function: Callable[[Sequence[Item]], Sequence[Result]],
        executor: Executor,
        limit: int = 256,
    ) -> None:
        self._function = function
        self._executor = executor
        self._limit = limit
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """The function's result for this item."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            await self._settle(batch)

    async def _settle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        """Answer every caller. One item that Postgres refuses fails alone, not its neighbors."""
        items = [item for item, _ in batch]
        (results,) = await asyncio.gather(self._call(items), return_exceptions=True)
        if isinstance(results, BaseException) and len(batch) > 1:
            for single in batch:
                await self._settle([single])
            return
        for place, (_, future) in enumerate(batch):
            if future.done():
                continue
            if isinstance(results, BaseException):
                future.set_exception(results)
            else:
                future.set_result(results[place])

    async def _call(self, items: Sequence[Item]) -> Sequence[Result]:
        loop = asyncio.get_running_loop()
        tries = 0
        while True:
            try:
                return await loop.run_in_executor(self._executor, self._function, items)
            except (OperationalError, InterfaceError) as error:
                pause = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
                log.warning("database unreachable", error=str(error).strip(), retry_in=pause)
                tries += 1
                await asyncio.sleep(pause)
