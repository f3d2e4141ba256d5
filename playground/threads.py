"""Where sockets do what blocks: a few threads of their own, each giving its connection back.

Django's default for asynchronous code is one thread for the whole process, which would put every
Run behind every other and behind the history pages.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar, cast

from channels.db import database_sync_to_async

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
THREADS = 4
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="verbs")


def off_loop(function: Callable[Parameters, Result]) -> Callable[Parameters, Awaitable[Result]]:
    """The function as a coroutine function, run in one of the threads."""
    return cast(
        Callable[Parameters, Awaitable[Result]],
        database_sync_to_async(function, thread_sensitive=False, executor=_threads),
    )
