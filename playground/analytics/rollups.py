"""Sums an hour of generations. Doing it again gives the same rows, so any range can be rebuilt.

A generation counts in the hour in which it ended. The sums of all levels come from one statement
over the hour's rows; their values are read by the finest level, and spread over the others here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from playground.analytics.buckets import BUCKET_SQL
from playground.analytics.histograms import Row, leveled
from playground.analytics.levels import DIMENSIONS, LEVELS, METRICS
from playground.analytics.models import Watermark

HOUR = timedelta(hours=1)
REMOVED = "removed"
MINUTES_A_ROW = 5
ROWS_AT_ONCE = 4


def _grouping(columns: tuple[str, ...]) -> int:
    """What GROUPING(team_id, …) gives for a level: a bit for each column that is summed over."""
    return sum(
        1 << (len(DIMENSIONS) - 1 - place)
        for place, name in enumerate(DIMENSIONS)
        if name not in columns
    )


_SETS = ", ".join(f"({', '.join(columns)})" for _, columns in LEVELS)
_LEVEL = (
    f"CASE GROUPING({', '.join(DIMENSIONS)}) "
    + " ".join(f"WHEN {_grouping(columns)} THEN '{level}'" for level, columns in LEVELS)
    + " END"
)

# A null user or key is a value of its own (nobody, no key) and not "every user": 0 stands for it.
ENDED = """
SELECT g.team_id, coalesce(g.user_id, 0) AS user_id, 0::bigint AS key_id, g.profile, g.source,
    g.status, g.finished_at, g.prompt_tokens, g.cached_tokens, g.output_tokens,
    g.queue_us, g.prefill_us, g.decode_us, g.ttft_us, g.e2e_us, g.gaps_us,
    CASE WHEN g.output_tokens > 1 THEN g.decode_us::float / (g.output_tokens - 1) END AS tpot_us,
    g.status = 'done'
        AND (l.ttft_ms IS NULL OR g.ttft_us <= l.ttft_ms * 1000)
        AND (l.tpot_ms IS NULL OR g.output_tokens <= 1
            OR g.decode_us::float / (g.output_tokens - 1) <= l.tpot_ms * 1000)
        AND (l.e2e_ms IS NULL OR g.e2e_us <= l.e2e_ms * 1000) AS good
FROM inference_generation AS g LEFT JOIN analytics_limits AS l USING (team_id)
WHERE g.finished_at >= %(start)s AND g.finished_at < %(end)s AND g.source <> 'import'
"""

SUMS = f"""
INSERT INTO analytics_rollup (hour, level, {", ".join(DIMENSIONS)}, requests, done, stopped,
    interrupted, failed, good, prompt_tokens, cached_tokens, output_tokens, busy_us)
SELECT %(start)s, {_LEVEL}, {", ".join(DIMENSIONS)}, count(*),
    count(*) FILTER (WHERE status = 'done'), count(*) FILTER (WHERE status = 'stopped'),
    count(*) FILTER (WHERE status = 'interrupted'), count(*) FILTER (WHERE status = 'failed'),
    count(*) FILTER (WHERE good), coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0),
    coalesce(sum(output_tokens), 0), coalesce(sum(prefill_us), 0) + coalesce(sum(decode_us), 0)
FROM ({ENDED}) AS ended
GROUP BY GROUPING SETS ({_SETS})
HAVING count(*) > 0
RETURNING id, level, {", ".join(DIMENSIONS)}
"""


def _gathered(metric: str) -> str:
    """A metric's values as their buckets, two bytes each."""
    if metric == "itl":
        of_row = "SELECT string_agg({piece}, '') FROM unnest(gaps_us) AS gap"
        return f"string_agg(({of_row.format(piece=_BUCKET.format(value='gap::float'))}), '')"
    piece = _BUCKET.format(value=f"{metric}_us::float")
    return f"string_agg({piece}, '') FILTER (WHERE {metric}_us IS NOT NULL)"


_BUCKET = f"int2send({BUCKET_SQL})"
# A few minutes in a row, and a few rows at a time: a busy hour has tens of megabytes of values.
BUCKETS = f"""
SELECT {", ".join(DIMENSIONS)}, {", ".join(_gathered(metric) for metric in METRICS)}
FROM ({ENDED}) AS ended
GROUP BY {", ".join(DIMENSIONS)}, date_bin('{MINUTES_A_ROW} min', finished_at, %(start)s)
"""
STORE = f"COPY analytics_histogram (rollup_id, {', '.join(METRICS)}) FROM STDIN"
CLEAR = "DELETE FROM analytics_rollup WHERE hour = %(start)s"
CLEAR_HISTOGRAMS = """
DELETE FROM analytics_histogram USING analytics_rollup AS rollup
WHERE rollup_id = rollup.id AND rollup.hour = %(start)s
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('analytics_rollup'), %(hour_number)s)"
# Held against whoever sums the days of this week meanwhile (see stretches.py).
LOCK_WEEK = "SELECT pg_advisory_xact_lock_shared(hashtext('analytics_week'), %(week)s)"
OUTDATE = """
DELETE FROM analytics_summed WHERE first_day <= %(day)s AND first_day + days > %(day)s
"""


def hour_of(moment: datetime) -> datetime:
    """The start of the UTC hour that holds a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every hour that overlaps [start, end)."""
    hour = hour_of(start)
    while hour < end:
        yield hour
        hour += HOUR


def week_number(day: date) -> int:
    """Which week from Monday on a day is in."""
    return (day.toordinal() - 1) // 7


class RowsAreGone(ValueError):
    """The hour's generations may be removed by now: its sums are all that is left of them."""


def oldest_whole_hour() -> datetime | None:
    """The first hour whose generations are surely all there; None where none was ever removed.

    What has been removed counts as much as what may be by now: the setting may have changed.
    """
    days: int | None = settings.GENERATIONS_KEPT_DAYS
    mark = Watermark.objects.filter(name=REMOVED).first()
    ends = [] if mark is None else [mark.until]
    if days is not None:
        ends.append(hour_of(timezone.now() - timedelta(days=days)) + HOUR)
    return max(ends, default=None)


def rebuild_hour(hour: datetime) -> None:
    """Sum one hour anew, in one transaction; two at once wait for each other. The day and the
    week that hold it have to be summed anew then.

    Raises RowsAreGone for an hour before those whose generations are kept.
    """
    start = hour_of(hour).astimezone(UTC)
    values: dict[str, datetime | date | int] = {
        "start": start,
        "end": start + HOUR,
        "hour_number": int(start.timestamp()) // 3600,
        "day": start.date(),
        "week": week_number(start.date()),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        oldest = oldest_whole_hour()
        if oldest is not None and start < oldest:
            raise RowsAreGone(f"Generations before {oldest:%Y-%m-%d %H:%M} UTC are no longer kept.")
        for statement in (LOCK_WEEK, OUTDATE, CLEAR_HISTOGRAMS, CLEAR):
            cursor.execute(statement, values)
        histograms = leveled(_buckets(values))
        cursor.execute(SUMS, values)
        ids = {tuple(key): id for id, *key in cursor.fetchall()}
        with cursor.copy(STORE) as copy:
            for key, kept in histograms:
                copy.write_row((ids[key], *kept))


def _buckets(values: dict[str, Any]) -> Iterator[Row]:
    """Rows of the hour, read as they are asked for: within a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(BUCKETS, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def rebuild(start: datetime, end: datetime) -> int:
    """Sum every hour that overlaps [start, end) anew; returns how many. Stop and go on at will."""
    count = 0
    for hour in hours(start, end):
        rebuild_hour(hour)
        count += 1
    return count
