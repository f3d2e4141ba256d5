"""Sums an hour of generations. Doing it again gives the same rows, so any range can be rebuilt.

A generation counts in the hour in which it ended. All levels of an hour come from one statement
over the hour's rows; the histograms from another, over the same grouping.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from playground.analytics.buckets import BUCKET_SQL

HOUR = timedelta(hours=1)

# (level, the columns that it groups by)
LEVELS = (
    ("site", ()),
    ("site_profile", ("profile",)),
    ("team", ("team_id",)),
    ("team_user", ("team_id", "user_id")),
    ("team_key", ("team_id", "key_id")),
    ("team_profile", ("team_id", "profile")),
    ("team_source", ("team_id", "source")),
    ("finest", ("team_id", "user_id", "key_id", "profile", "source")),
)
DIMENSIONS = ("team_id", "user_id", "key_id", "profile", "source")


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

# Two rows of one hour are of the same level and values where this text is the same. Joining by it
# and not by the columns, most of which are null, keeps Postgres from comparing all pairs.
_KEY = (
    "concat({table}.level, '|', " + ", '|', ".join(f"{{table}}.{name}" for name in DIMENSIONS) + ")"
)

# A null user or key is a value of its own (nobody, no key) and not "every user": 0 stands for it.
ENDED = """
SELECT g.team_id, coalesce(g.user_id, 0) AS user_id, 0::bigint AS key_id, g.profile, g.source,
    g.status, g.prompt_tokens, g.cached_tokens, g.output_tokens,
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
"""

HISTOGRAMS = f"""
WITH ended AS MATERIALIZED ({ENDED}),
measured AS (
    SELECT {", ".join(DIMENSIONS)}, metric, {BUCKET_SQL.format(value="value")} AS bucket
    FROM ended, LATERAL (VALUES ('queue', queue_us::float), ('prefill', prefill_us::float),
        ('ttft', ttft_us::float), ('tpot', tpot_us), ('e2e', e2e_us::float)) AS one(metric, value)
    WHERE value IS NOT NULL
    UNION ALL
    SELECT {", ".join(DIMENSIONS)}, 'itl', {BUCKET_SQL.format(value="gap::float")}
    FROM ended, unnest(gaps_us) AS gap
), counted AS (
    SELECT {", ".join(DIMENSIONS)}, metric, bucket, count(*) AS count
    FROM measured GROUP BY {", ".join(DIMENSIONS)}, metric, bucket
), summed AS (
    SELECT {_LEVEL} AS level, {", ".join(DIMENSIONS)}, metric, bucket, sum(count)::int AS count
    FROM counted
    GROUP BY metric, bucket, GROUPING SETS ({_SETS})
), spread AS (
    SELECT level, {", ".join(DIMENSIONS)}, metric,
        array_agg(bucket) AS buckets, array_agg(count) AS counts
    FROM summed GROUP BY level, {", ".join(DIMENSIONS)}, metric
)
INSERT INTO analytics_histogram (rollup_id, metric, buckets, counts)
SELECT rollup.id, metric, buckets, counts
FROM spread JOIN analytics_rollup AS rollup
    ON {_KEY.format(table="rollup")} = {_KEY.format(table="spread")}
WHERE rollup.hour = %(start)s
"""

CLEAR = "DELETE FROM analytics_rollup WHERE hour = %(start)s"
CLEAR_HISTOGRAMS = """
DELETE FROM analytics_histogram USING analytics_rollup AS rollup
WHERE rollup_id = rollup.id AND rollup.hour = %(start)s
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('analytics_rollup'), %(hour_number)s)"


def hour_of(moment: datetime) -> datetime:
    """The start of the UTC hour that holds a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every hour that overlaps [start, end)."""
    hour = hour_of(start)
    while hour < end:
        yield hour
        hour += HOUR


class RowsAreGone(ValueError):
    """The hour's generations may be removed by now: its sums are all that is left of them."""


def oldest_whole_hour() -> datetime | None:
    """The first hour whose generations are surely all there; None where they are kept for ever."""
    days: int | None = settings.GENERATIONS_KEPT_DAYS
    return None if days is None else hour_of(timezone.now() - timedelta(days=days)) + HOUR


def rebuild_hour(hour: datetime) -> None:
    """Sum one hour anew, in one transaction; two at once wait for each other.

    Raises RowsAreGone for an hour before those whose generations are kept.
    """
    start = hour_of(hour)
    oldest = oldest_whole_hour()
    if oldest is not None and start < oldest:
        raise RowsAreGone(f"Generations before {oldest:%Y-%m-%d %H:%M} UTC are no longer kept.")
    values: dict[str, datetime | int] = {
        "start": start,
        "end": start + HOUR,
        "hour_number": int(start.timestamp()) // 3600,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (LOCK, CLEAR_HISTOGRAMS, CLEAR, SUMS, HISTOGRAMS):
            cursor.execute(statement, values)


def rebuild(start: datetime, end: datetime) -> int:
    """Sum every hour that overlaps [start, end) anew; returns how many. Stop and go on at will."""
    count = 0
    for hour in hours(start, end):
        rebuild_hour(hour)
        count += 1
    return count
