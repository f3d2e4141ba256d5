"""How busy it was, what throughput came of it, and how long the queues were."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from playground.analytics.charts import Chart, Page
from playground.analytics.figures import sums, whole_hours
from playground.analytics.filters import Asked
from playground.analytics.pages.overview import when_title
from playground.analytics.sampling import THIN_AFTER, THINNED_TO_MINUTES
from playground.analytics.tables import Column, Row, Table

FINE = timedelta(minutes=10)
QUEUES = """
WITH moments AS (
    SELECT at, sum(waiting)::int AS waiting, sum(running)::int AS running,
        sum(workers)::int AS workers, max(oldest_s) AS oldest_s
    FROM analytics_queuesample
    WHERE at >= %(start)s AND at < %(end)s AND (%(profile)s::text IS NULL OR profile = %(profile)s)
        AND (%(every_minute)s OR at < %(thin_before)s
            OR date_bin(%(thinned)s, at, '2000-01-01 00:00Z') = at)
    GROUP BY at
)
SELECT width_bucket(at, %(starts)s::timestamptz[]) - 1 AS place, avg(waiting)::float, max(waiting),
    avg(running)::float, avg(workers)::float, min(workers), max(oldest_s)
FROM moments GROUP BY place ORDER BY place
"""
HOURLY_UP_TO = timedelta(days=32)
COARSE_HOURS = 4
"""So many hours are one point of a longer range: 2,000 points are a cloud."""
SHARED = "Workers and their queue serve every team; these figures are of all of them."


def build(asked: Asked) -> Page:
    scatter, queue = _scatter(asked), _queue(asked)
    charts = [_scatter_chart(asked, scatter)] if scatter.rows else []
    charts += _queue_charts(asked, queue) if queue.rows else []
    return Page(
        "Load",
        "How many requests ran at once, and what came of it.",
        charts=charts,
        tables=tuple(table for table in (scatter, queue) if not table.rows),
    )


def _scatter(asked: Asked) -> Table:
    span = asked.period.span
    hours = _point_hours(asked)
    every = whole_hours(span)
    places = {hour: place // hours for place, hour in enumerate(every)}
    read = ("requests", "output_tokens", "busy_us")
    found = sums(asked.scope, span, (), places, only=read)
    rows = tuple(
        Row((
            asked.period.local(every[place * hours]),
            row.busy_us / 3.6e9 / hours,
            row.output_tokens / 3600 / hours,
            row.requests,
        ))
        for (place,), row in sorted(found.items())
    )  # fmt: skip
    zone = asked.period.zone.key
    columns = (
        Column("hour", f"Hour ({zone})" if hours == 1 else f"{hours} hours from ({zone})", "time"),
        Column("concurrency", "Mean concurrency", "number"),
        Column("throughput", "Throughput", "rate"),
        Column("requests", "Requests"),
    )
    return Table("concurrency", "Throughput by concurrency", columns, rows)


def _point_hours(asked: Asked) -> int:
    span = asked.period.span
    return COARSE_HOURS if span.end - span.start > HOURLY_UP_TO else 1


def _scatter_chart(asked: Asked, table: Table) -> Chart:
    hours = _point_hours(asked)
    length, seconds = "an hour" if hours == 1 else f"{hours} hours", f"{hours * 3600:,} s"
    tip = (
        f"Each point is {length}. Mean concurrency is the prefill and decode time of all its "
        f"requests ÷ {seconds}; throughput is its output tokens ÷ {seconds}."
    )
    return Chart(
        "scatter", table, "concurrency", ("throughput",),
        f"Requests at once, mean of {length}", "Output tokens per second",
        asked.period.zone.key, tip,
    )  # fmt: skip


def _queue(asked: Asked) -> Table:
    period, span = asked.period, asked.period.span
    starts = _fine(span.start, span.end) if period.by_hour else period.starts()
    values: dict[str, Any] = {
        "start": span.start, "end": span.end, "starts": starts, "profile": asked.scope.profile,
        # Old samples are kept every ten minutes: by day, all days are counted alike.
        "every_minute": period.by_hour, "thinned": timedelta(minutes=THINNED_TO_MINUTES),
        "thin_before": timezone.now() - THIN_AFTER,
    }  # fmt: skip
    labels = [period.local(start) for start in starts] if period.by_hour else period.labels()
    with connection.cursor() as cursor:
        cursor.execute(QUEUES, values)
        rows = tuple(Row((labels[place], *cells)) for place, *cells in cursor)
    columns = (
        Column(
            "at", when_title(asked) if not period.by_hour else f"From ({period.zone.key})", "time"
        ),
        Column("waiting", "Waiting, mean", "number"),
        Column("most_waiting", "Waiting, most"),
        Column("running", "Running, mean", "number"),
        Column("workers", "Workers ready, mean", "number"),
        Column("fewest_workers", "Workers ready, fewest"),
        Column("oldest_s", "Longest wait, s", "number"),
    )
    return Table(
        "queue", "Queue", columns, rows, SHARED,
        "No samples were taken of the queues in this range.",
    )  # fmt: skip


def _queue_charts(asked: Asked, table: Table) -> list[Chart]:
    zone, when = asked.period.zone.key, table.columns[0].title
    lengths = ("waiting", "most_waiting", "running")
    queue = Chart("line", table, "at", lengths, when, "Requests", zone, SHARED)
    of_workers = Table(
        "workers", "Workers ready", (table.columns[0], *table.columns[4:6]),
        tuple(Row((row.cells[0], *row.cells[4:6])) for row in table.rows), SHARED,
    )  # fmt: skip
    both = ("workers", "fewest_workers")
    return [queue, Chart("line", of_workers, "at", both, when, "Workers", zone, SHARED)]


def _fine(start: datetime, end: datetime) -> list[datetime]:
    count = -(-(end - start) // FINE)
    return [start + FINE * place for place in range(count)]
