"""How often one address may open share links: enough for people, too little to try tokens."""

from functools import cache

import structlog
from django.http import HttpRequest
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from inference.stores import valkey

log = structlog.get_logger(__name__)
OPENED = RateLimitItemPerMinute(120, namespace="share-opened")
MISSED = RateLimitItemPerMinute(20, namespace="share-missed")


@cache
def _limiter() -> FixedWindowRateLimiter:
    storage = RedisStorage("redis://", connection_pool=valkey().connection_pool)
    return FixedWindowRateLimiter(storage)


def may_open(request: HttpRequest) -> bool:
    """Count an opening, and tell whether the address stays within both limits.

    Where Valkey is away nobody is kept out: a token cannot be guessed either way.
    """
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return _limiter().test(MISSED, address) and _limiter().hit(OPENED, address)
    except RedisError as error:
        log.warning("openings not counted", error=str(error))
        return True


def count_miss(request: HttpRequest) -> None:
    """Note that the address asked for a link that does not work."""
    _hit(MISSED, request.META.get("REMOTE_ADDR", ""))


def _hit(item: RateLimitItem, address: str) -> None:
    try:
        _limiter().hit(item, address)
    except RedisError as error:
        log.warning("openings not counted", error=str(error))
