"""How often something may be done: moving windows in Valkey, shared by all processes."""

import time
from functools import cache

import structlog
from django.conf import settings
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class TooOften(Exception):
    """It was done too often. `seconds` from now it may be done again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"That was too often. Try again in {_in_words(seconds)}.")
        self.seconds = seconds


def check_rate(rate: RateLimitItem, *who: str) -> None:
    """Count one more. Raises TooOften.

    With Valkey away nothing is counted and all may pass: these limits spare mailboxes and logs,
    while what guards access stands in Postgres.
    """
    try:
        if _limiter().hit(rate, *who):
            return
        until = _limiter().get_window_stats(rate, *who).reset_time
    except (RedisError, StorageError) as error:
        log.warning("rate not counted", error=str(error))
        return
    raise TooOften(max(1, round(until - time.time())))


@cache
def _limiter() -> MovingWindowRateLimiter:
    url = settings.REDIS_URL.replace("unix://", "redis+unix://")
    return MovingWindowRateLimiter(
        storage_from_string(url, socket_timeout=2, socket_connect_timeout=1, wrap_exceptions=True)
    )


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"
