"""Clients of Valkey, made from the settings: one place for time-outs and retries."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry


@cache
def valkey() -> "redis.Redis":
    """The process's blocking client; thread-safe. Fails within 2 s where Valkey is away."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=0,
    )


def valkey_async(socket_timeout: float | None = 5) -> "redis.asyncio.Redis":
    """A client for the calling loop. `socket_timeout` None suits a blocking XREAD."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=socket_timeout,
        socket_connect_timeout=1,
        retry=AsyncRetry(NoBackoff(), 1),
    )
