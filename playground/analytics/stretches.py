"""Sums whole days from their hours, and whole weeks from their days.

A `Summed` row says that a day or week is as its hours are; summing an hour anew takes it away in
the same transaction, and until the day is summed again its hours are read.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from playground.analytics.buckets import Spread, at_hours
from playground.analytics.levels import DIMENSIONS, METRICS, STRETCH_LEVELS
from playground.analytics.models import Summed
from playground.analytics.periods import Span
from playground.analytics.rollups import week_number

DAYS_PER_TURN = 10
DAY, WEEK = timedelta(days=1), timedelta(days=7)
Row = tuple[Any, ...]
KEY_SIZE, METRIC_PLACES = 1 + len(DIMENSIONS), range(len(METRICS))
COUNTS = (
    "requests", "done", "stopped", "interrupted", "failed", "good", "prompt_tokens",
    "cached_tokens", "output_tokens", "busy_us",
)  # fmt: skip
_KEY = ", ".join(("level", *DIMENSIONS))
_COLUMNS = ", ".join((_KEY, *COUNTS, *METRICS))
_SUMMED = ", ".join(f"sum({name})" for name in COUNTS)
_IN_DAY = "hour >= %(start)s AND hour < %(end)s"


def _coarser(level: str, columns: tuple[str, ...]) -> str:
    """A level that hours have not, of their finest."""
    key = ", ".join(name if name in columns else "NULL" for name in DIMENSIONS)
    return f"""
UNION ALL SELECT '{level}', {key}, {_SUMMED} FROM analytics_rollup
WHERE level = 'finest' AND {_IN_DAY} GROUP BY {", ".join(columns)}
"""


SUMS_OF_DAY = f"""
SELECT {_KEY}, {_SUMMED} FROM analytics_rollup WHERE {_IN_DAY} GROUP BY {_KEY}
{"".join(_coarser(level, columns) for level, columns in STRETCH_LEVELS)}
ORDER BY {_KEY}
"""
HOURS_OF_DAY = f"""
SELECT {_KEY}, extract(hour FROM hour AT TIME ZONE 'UTC')::int, {", ".join(METRICS)}
FROM analytics_rollup AS rollup JOIN analytics_histogram ON rollup_id = rollup.id
WHERE {_IN_DAY}
"""
OF_WEEK = f"""
SELECT {_KEY}, {_SUMMED}, {", ".join(f"string_agg({name}, '')" for name in METRICS)}
FROM analytics_stretch
WHERE days = 1 AND first_day >= %(first)s AND first_day < %(first)s + 7
GROUP BY {_KEY} ORDER BY {_KEY}
"""
STORE = f"COPY analytics_stretch (first_day, days, {_COLUMNS}) FROM STDIN"
LOCK = "SELECT pg_advisory_xact_lock(hashtext('analytics_week'), %(week)s)"
CLEAR = "DELETE FROM analytics_stretch WHERE first_day = %(first)s AND days = %(days)s"
# Which days have sums of hours and none of their own.
OPEN_DAYS = """
SELECT day FROM (
    SELECT DISTINCT (hour AT TIME ZONE 'UTC')::date AS day
    FROM analytics_rollup WHERE level = 'site' AND team_id IS NULL AND hour < %(today)s
) AS used WHERE NOT EXISTS (SELECT FROM analytics_summed WHERE first_day = day AND days = 1)
"""
# The first hour of all, and then the days and weeks.
KNOWN = """
SELECT min(hour) AT TIME ZONE 'UTC', NULL::smallint FROM analytics_rollup UNION ALL
SELECT first_day::timestamp, days FROM analytics_summed
WHERE first_day >= %(first)s AND first_day < %(end)s
"""
DAYS = f"{OPEN_DAYS} ORDER BY day DESC LIMIT %(count)s"
WEEKS = f"""
SELECT monday FROM (
    SELECT DISTINCT date_trunc('week', first_day)::date AS monday
    FROM analytics_summed WHERE days = 1
) AS begun
WHERE monday + 7 <= %(today)s::date
    AND NOT EXISTS (SELECT FROM analytics_summed WHERE first_day = monday AND days = 7)
    AND NOT EXISTS (SELECT FROM ({OPEN_DAYS}) AS open WHERE day >= monday AND day < monday + 7)
ORDER BY monday DESC
"""


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A UTC day, or seven from a Monday on."""

    first: date
    days: int

    @property
    def span(self) -> Span:
        start = datetime.combine(self.first, time(), UTC)
        return Span(start, start + DAY * self.days)


@dataclass(frozen=True, slots=True)
class Summing:
    """What there is to read: hours from `first` up to `end`, these days and weeks too."""

    first: datetime
    end: datetime
    pieces: frozenset[Piece]


_known: ContextVar[dict[Span, Summing] | None] = ContextVar("known", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within it, what is summed of a span is asked once: all parts of a page read the same."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def summing(span: Span) -> Summing:
    """What is summed of a span. Its first day may begin before it."""
    known = _known.get()
    if known is None:
        return _summing(span)
    if span not in known:
        known[span] = _summing(span)
    return known[span]


def _summing(span: Span) -> Summing:
    now = timezone.now()
    values = {"first": span.start.astimezone(UTC).date(), "end": span.end.astimezone(UTC).date()}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, values)
        (first, _), *rows = cursor.fetchall()
    start = first.replace(tzinfo=UTC) if first else now
    return Summing(start, now, frozenset(Piece(day.date(), days) for day, days in rows))


def sum_stretches(most: int = DAYS_PER_TURN) -> list[Piece]:
    """Sum those ended days that are not summed, the newest first and so many at most, and every
    week that is whole then. Returns them."""
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {"today": today, "count": most}
    days = [Piece(day, 1) for day in _dates(DAYS, values)]
    for piece in days:
        _sum(piece)
    weeks = [Piece(monday, 7) for monday in _dates(WEEKS, values)]
    for piece in weeks:
        _sum(piece)
    return [*days, *weeks]


def _dates(statement: str, values: dict[str, Any]) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [day for (day,) in cursor.fetchall()]


def _sum(piece: Piece) -> None:
    values: dict[str, Any] = {
        "first": piece.first,
        "days": piece.days,
        "start": piece.span.start,
        "end": piece.span.end,
        "week": week_number(piece.first),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        cursor.execute(CLEAR, values)
        rows = (_of_day if piece.days == 1 else _of_week)(cursor, values)
        with cursor.copy(STORE) as copy:
            for row in rows:
                copy.write_row((piece.first, piece.days, *row))
        Summed.objects.get_or_create(first_day=piece.first, days=piece.days)


def _of_day(cursor: Any, values: dict[str, Any]) -> list[Row]:
    """Its hours added up, and their histograms side by side."""
    cursor.execute(HOURS_OF_DAY, values)
    rows = cursor.fetchall()
    hours = [row[KEY_SIZE] for row in rows]
    columns = [at_hours([row[KEY_SIZE + 1 + at] for row in rows], hours) for at in METRIC_PLACES]
    of_key: dict[Row, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for key in _keys(row[:KEY_SIZE]):
            of_key[key].append(number)
    cursor.execute(SUMS_OF_DAY, values)
    return [
        (*row, *(b"".join(column[at] for at in of_key[row[:KEY_SIZE]]) for column in columns))
        for row in cursor.fetchall()
    ]


def _keys(key: Row) -> Iterator[Row]:
    """The key of an hour's sums, and what the finest ones are part of besides."""
    yield key
    if key[0] == "finest":
        for level, columns in STRETCH_LEVELS:
            kept = zip(DIMENSIONS, key[1:], strict=True)
            yield (level, *(value if name in columns else None for name, value in kept))


def _of_week(cursor: Any, values: dict[str, Any]) -> list[Row]:
    """Its days added up, and of their histograms one that knows no hours."""
    cursor.execute(OF_WEEK, values)
    place = -len(METRICS)
    return [
        (*row[:place], *(Spread.unpacked(kept).packed() for kept in row[place:]))
        for row in cursor.fetchall()
    ]
