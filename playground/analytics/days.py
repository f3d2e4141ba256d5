"""Histograms of whole UTC days: what a percentile over months is read from, and not from hours.

A day is stamped with the hours that it was summed from. Summing an hour anew gives its rows new
numbers, so a stamp that no longer fits says that the day must be summed again; until then its
hours are read.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils import timezone

from playground.analytics.models import Level, Metric
from playground.analytics.periods import Span
from playground.analytics.rollups import DIMENSIONS

DAYS_PER_TURN = 10
DAY = timedelta(days=1)


class Day(models.Model):
    """That a day is summed, and from which rows: how many hours, and the newest of them."""

    day = models.DateField(unique=True)
    hours = models.IntegerField()
    newest = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}"


class DaySpread(models.Model):
    """One metric's histogram over a day, at every level but the finest."""

    day = models.DateField()
    level = models.CharField(max_length=12, choices=Level.choices)
    team_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    profile = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: of every profile
    source = models.CharField(max_length=8, null=True)  # noqa: DJ001 - null: of every source
    metric = models.CharField(max_length=8, choices=Metric.choices)
    buckets = ArrayField(models.SmallIntegerField())
    counts = ArrayField(models.IntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["level", "team_id", "day"], name="dayspread_level_team_day"),
            models.Index(fields=["day"], name="dayspread_day"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of {self.day} at {self.level}"


STAMPS = """
SELECT (hour AT TIME ZONE 'UTC')::date AS day, count(*) AS hours, max(id) AS newest
FROM analytics_rollup WHERE level = 'site' AND team_id IS NULL
    AND hour >= %(start)s AND hour < %(end)s GROUP BY 1
"""
FRESH = f"SELECT day FROM analytics_day JOIN ({STAMPS}) AS now USING (day, hours, newest)"
STALE = f"""
SELECT day FROM ({STAMPS}) AS now LEFT JOIN analytics_day AS kept USING (day)
WHERE (kept.hours, kept.newest) IS DISTINCT FROM (now.hours, now.newest)
ORDER BY day DESC LIMIT %(count)s
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('analytics_day'), %(number)s)"
CLEAR = "DELETE FROM analytics_dayspread WHERE day = %(day)s"
_DIMENSIONS = ", ".join(DIMENSIONS)
# One statement, so that the stamp and the sums are of the same moment.
SUM = f"""
WITH stamp AS (
    INSERT INTO analytics_day (day, hours, newest) {STAMPS}
    ON CONFLICT (day) DO UPDATE SET hours = excluded.hours, newest = excluded.newest
), counted AS (
    SELECT level, {_DIMENSIONS}, metric, bucket, sum(count)::int AS count
    FROM analytics_rollup AS rollup
    JOIN analytics_histogram AS histogram ON histogram.rollup_id = rollup.id,
        unnest(buckets, counts) AS one(bucket, count)
    WHERE hour >= %(start)s AND hour < %(end)s AND level <> 'finest'
    GROUP BY level, {_DIMENSIONS}, metric, bucket
)
INSERT INTO analytics_dayspread (day, level, {_DIMENSIONS}, metric, buckets, counts)
SELECT %(day)s, level, {_DIMENSIONS}, metric, array_agg(bucket), array_agg(count)
FROM counted GROUP BY level, {_DIMENSIONS}, metric
"""


def span_of(day: date) -> Span:
    start = datetime.combine(day, time(), UTC)
    return Span(start, start + DAY)


def fresh_days(span: Span) -> set[date]:
    """The days wholly within a span whose histograms are those of their hours."""
    with connection.cursor() as cursor:
        cursor.execute(FRESH, {"start": span.start, "end": span.end})
        days = {day for (day,) in cursor}
    return {day for day in days if _within(span_of(day), span)}


def _within(part: Span, whole: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def sum_days(most: int = DAYS_PER_TURN) -> list[date]:
    """Sum those ended days that are not summed, or not as their hours are now; the newest first.
    Returns them."""
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "start": datetime(2000, 1, 1, tzinfo=UTC),
        "end": today,
        "count": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(STALE, values)
        days = [day for (day,) in cursor.fetchall()]
    for day in days:
        _sum(day)
    return days


def _sum(day: date) -> None:
    span = span_of(day)
    values: dict[str, Any] = {
        "day": day,
        "start": span.start,
        "end": span.end,
        "number": day.toordinal(),
    }
    statements: Collection[str] = (LOCK, CLEAR, SUM)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
