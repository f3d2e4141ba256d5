"""What goes on at this moment, for the tiles that move."""

import time
from threading import Lock

import msgspec
from django.db import connection
from redis.exceptions import RedisError

from playground.analytics.sampling import ready_workers

FRESH_SECONDS = 3.0
# Each has an index of its own, which one question for both would not use.
UNDERWAY = """
SELECT count(*) FILTER (WHERE status = 'running'), count(*) FILTER (WHERE status = 'queued')
FROM (
    SELECT status, team_id FROM inference_generation WHERE status = 'queued'
    UNION ALL SELECT status, team_id FROM inference_generation WHERE status = 'running'
) AS underway WHERE %(team)s::bigint IS NULL OR team_id = %(team)s
"""
LAST_MINUTE = """
SELECT count(*), count(*) FILTER (WHERE status IN ('failed', 'interrupted')),
    coalesce(sum(output_tokens), 0)::float / 60
FROM inference_generation
WHERE finished_at > now() - interval '1 minute' AND source <> 'import'
    AND (%(team)s::bigint IS NULL OR team_id = %(team)s)
"""


class Now(msgspec.Struct, frozen=True):
    """Figures of this moment and the minute before it. `workers` None: they cannot be asked."""

    running: int
    waiting: int
    ended: int
    failed: int
    tokens_per_second: float
    workers: int | None


_kept: dict[int | None, tuple[float, Now]] = {}
_lock = Lock()


def now_of(team: int | None) -> Now:
    """A team's figures, or the site's: asked of the stores once for all pages that show them."""
    with _lock:
        found = _kept.get(team)
        if found is not None and time.monotonic() - found[0] < FRESH_SECONDS:
            return found[1]
    now = _look(team)
    with _lock:
        for old in [key for key, (at, _) in _kept.items() if time.monotonic() - at > FRESH_SECONDS]:
            del _kept[old]
        _kept[team] = (time.monotonic(), now)
    return now


def _look(team: int | None) -> Now:
    with connection.cursor() as cursor:
        cursor.execute(UNDERWAY, {"team": team})
        running, waiting = cursor.fetchone()
        cursor.execute(LAST_MINUTE, {"team": team})
        ended, failed, rate = cursor.fetchone()
    return Now(running, waiting, ended, failed, round(rate, 1), _workers())


def _workers() -> int | None:
    try:
        return sum(ready_workers().values())
    except RedisError:
        return None
