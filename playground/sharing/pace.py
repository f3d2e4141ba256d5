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
    """Count an opening, and tell whether the address stays within the limit.

    Where Valkey is away nobody is kept out: a token cannot be guessed either way.
    """
    return _hit(OPENED, request)


def may_miss(request: HttpRequest) -> bool:
    """Count a link that does not work, and tell whether the address may go on trying. Links that
    work are opened all the same: people may share an address with whoever tries."""
    return _hit(MISSED, request)


def _hit(item: RateLimitItem, request: HttpRequest) -> bool:
    try:
        return _limiter().hit(item, request.META.get("REMOTE_ADDR", ""))
    except RedisError as error:
        log.warning("openings not counted", error=str(error))
        return True
