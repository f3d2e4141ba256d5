"""Keeps the rollups current, and finds the hours that have changed since they were summed."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from playground.analytics.models import Watermark
from playground.analytics.rollups import HOUR, hour_of, oldest_whole_hour, rebuild_hour

NAME = "rollups"
LATE = timedelta(minutes=15)
HOURS_PER_TURN = 48
CHECKED = timedelta(days=2)

FIRST = "SELECT min(finished_at) FROM inference_generation WHERE finished_at IS NOT NULL"
STALE = """
WITH raw AS (
    SELECT date_trunc('hour', finished_at, 'UTC') AS hour, count(*) AS requests,
        coalesce(sum(output_tokens), 0) AS tokens
    FROM inference_generation
    WHERE finished_at >= %(start)s AND finished_at < %(end)s AND source <> 'import' GROUP BY 1
), kept AS (
    SELECT hour, requests, output_tokens AS tokens FROM analytics_rollup
    WHERE level = 'site' AND hour >= %(start)s AND hour < %(end)s
)
SELECT hour FROM raw FULL JOIN kept USING (hour)
WHERE raw.requests IS DISTINCT FROM kept.requests OR raw.tokens IS DISTINCT FROM kept.tokens
ORDER BY hour
"""


def catch_up() -> int:
    """Sum what has come since the last time; returns the hours summed.

    The hour that runs is summed each time, and the one before until it is a quarter over: a row
    is committed a moment after the time that it carries.
    """
    now = timezone.now()
    hour = _next_hour(now)
    if hour is None:
        return 0
    count = 0
    while hour <= now and count < HOURS_PER_TURN:
        rebuild_hour(hour)
        hour += HOUR
        count += 1
    settled = min(hour, hour_of(now - LATE))
    Watermark.objects.update_or_create(name=NAME, defaults={"until": settled})
    return count


def _next_hour(now: datetime) -> datetime | None:
    mark = Watermark.objects.filter(name=NAME).first()
    if mark is not None:
        return min(mark.until, hour_of(now))
    with connection.cursor() as cursor:
        cursor.execute(FIRST)
        (first,) = cursor.fetchone()
    if first is None:
        return None
    oldest = oldest_whole_hour()
    return hour_of(first) if oldest is None else max(hour_of(first), oldest)


def mend(start: datetime | None = None, end: datetime | None = None) -> list[datetime]:
    """Sum those hours anew whose rows and sums disagree: late rows, and rows that went away late.

    Looks at the last two days where no range is given. Returns the hours that it summed.
    """
    end = end or hour_of(timezone.now())
    start = max(start or end - CHECKED, oldest_whole_hour() or datetime.min.replace(tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"start": hour_of(start), "end": end})
        stale = [hour for (hour,) in cursor.fetchall()]
    for hour in stale:
        rebuild_hour(hour)
    return stale
