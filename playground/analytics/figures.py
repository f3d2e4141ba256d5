"""What the pages show, read from the hourly sums: sums, and how durations were spread."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection

from playground.analytics.buckets import percentile_of
from playground.analytics.days import fresh_days
from playground.analytics.models import Level
from playground.analytics.periods import Period, Span
from playground.analytics.rollups import hours
from playground.analytics.scopes import Scope, where

HOURS_A_DAY = 24
Key = tuple[Any, ...]
Spread = Counter[int]
Places = Mapping[datetime, int]
"""For each UTC hour, the number of the bar, point or cell that it counts in."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What was counted. A share of nothing is None."""

    requests: int = 0
    done: int = 0
    stopped: int = 0
    interrupted: int = 0
    failed: int = 0
    good: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    busy_us: int = 0

    @property
    def errors(self) -> int:
        return self.failed + self.interrupted

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.output_tokens

    @property
    def error_rate(self) -> float | None:
        return share(self.errors, self.requests)

    @property
    def goodput(self) -> float | None:
        return share(self.good, self.requests)

    @property
    def cached_share(self) -> float | None:
        return share(self.cached_tokens, self.prompt_tokens)


def combined(every: Iterable[Sums]) -> Sums:
    """All of these together."""
    columns = zip(*(astuple(one) for one in every), strict=True)
    return Sums(*(sum(column) for column in columns))


NAMES = tuple(field.name for field in fields(Sums))
_SUMS = ", ".join(f"coalesce(sum(rollup.{name}), 0)::bigint" for name in NAMES)
_PLACE = "place.number"
_PLACES = (
    "JOIN unnest(%(hours)s::timestamptz[], %(places)s::int[]) AS place(hour, number) USING (hour)"
)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def sums(
    scope: Scope, span: Span, by: Sequence[str] = (), places: Places | None = None
) -> dict[Key, Sums]:
    """Sums by these columns, and last by place where places are given."""
    condition, values = where(scope, span, by)
    keys, join = _keys(by, places, values)
    group = f"GROUP BY {', '.join(keys)}" if keys else ""
    rows = _fetch(
        f"SELECT {', '.join([*keys, _SUMS])} FROM analytics_rollup AS rollup {join} "
        f"WHERE {condition} {group}",
        values,
    )
    return {row[: len(keys)]: Sums(*row[len(keys) :]) for row in rows}


def total(scope: Scope, span: Span) -> Sums:
    return sums(scope, span)[()]


_SPREADS = """
SELECT {keys} metric, array_agg(bucket), array_agg(count) FROM (
    SELECT {keys} metric, bucket, sum(count * sign)::bigint AS count FROM (
        SELECT {columns} place.number, metric, buckets, counts, 1 AS sign
        FROM analytics_dayspread AS rollup
        JOIN unnest(%(days)s::date[], %(day_places)s::int[]) AS place(day, number) USING (day)
        WHERE {of_day} AND metric = ANY(%(metrics)s)
        UNION ALL
        SELECT {columns} place.number, metric, buckets, counts, place.sign
        FROM analytics_rollup AS rollup
        JOIN unnest(%(hours)s::timestamptz[], %(places)s::int[], %(signs)s::int[])
            AS place(hour, number, sign) USING (hour)
        JOIN analytics_histogram AS histogram ON histogram.rollup_id = rollup.id
        WHERE {of_hour} AND metric = ANY(%(metrics)s)
    ) AS part, unnest(buckets, counts) AS one(bucket, count)
    GROUP BY {keys} metric, bucket HAVING sum(count * sign) <> 0
) AS summed GROUP BY {keys} metric
"""


def spreads(
    scope: Scope,
    span: Span,
    metrics: Collection[str],
    by: Sequence[str] = (),
    places: Places | None = None,
) -> dict[Key, Spread]:
    """How often each bucket of each metric came, by these columns, by place, and last by metric."""
    of_hour, values = where(scope, span, by)
    of_day = of_hour.replace("hour >= %(start)s AND hour < %(end)s", "TRUE")
    whole = places or dict.fromkeys(whole_hours(span), 0)
    fresh = fresh_days(span) if values["level"] != Level.FINEST else set()
    keys = [*by] if places is None else [*by, "number"]
    statement = _SPREADS.format(
        keys="".join(f"{key}, " for key in keys),
        columns="".join(f"rollup.{column}, " for column in by),
        of_day=of_day,
        of_hour=of_hour,
    )
    rows = _fetch(statement, {**values, **parts_of(whole, fresh), "metrics": list(metrics)})
    found: dict[Key, Spread] = defaultdict(Counter)
    for *key, buckets, counts in rows:
        found[tuple(key)] = Counter(dict(zip(buckets, counts, strict=True)))
    return found


def whole_hours(span: Span) -> list[datetime]:
    """The UTC hours that begin within a span."""
    return [hour for hour in hours(span.start, span.end) if hour >= span.start]


def parts_of(places: Places, fresh: Collection[date]) -> dict[str, list[Any]]:
    """What to read for these places: whole days where one place has most of a day's hours, less
    the hours that count elsewhere, and hours where that would not be less."""
    days: dict[date, list[datetime]] = defaultdict(list)
    for hour in places:
        days[hour.date()].append(hour)
    found: dict[str, list[Any]] = {
        name: [] for name in ("days", "day_places", "hours", "places", "signs")
    }
    for day, its in days.items():
        ((major, count),) = Counter(places[hour] for hour in its).most_common(1)
        as_whole = day in fresh and len(its) == HOURS_A_DAY and count > HOURS_A_DAY / 2
        if as_whole:
            found["days"].append(day)
            found["day_places"].append(major)
        for hour in its:
            if not as_whole or places[hour] != major:
                _add(found, hour, places[hour], 1)
            if as_whole and places[hour] != major:
                _add(found, hour, major, -1)
    return found


def _add(found: dict[str, list[Any]], hour: datetime, place: int, sign: int) -> None:
    for name, value in (("hours", hour), ("places", place), ("signs", sign)):
        found[name].append(value)


def merged(found: Mapping[Key, Spread], metric: str) -> Spread:
    """All of one metric together."""
    together: Spread = Counter()
    for key, spread in found.items():
        if key[-1] == metric:
            together.update(spread)
    return together


def ms(spread: Mapping[int, int], part: float) -> float | None:
    """A percentile of durations in milliseconds."""
    value = percentile_of(spread, part)
    return None if value is None else value / 1000


def people(scope: Scope, span: Span) -> int:
    """How many different people asked for something."""
    condition, values = where(scope, span, ("user_id",))
    query = f"SELECT count(DISTINCT user_id) FROM analytics_rollup AS rollup WHERE {condition}"
    ((count,),) = _fetch(f"{query} AND user_id <> 0", values)
    return int(count)


def places_of(period: Period) -> dict[datetime, int]:
    """The number of the period's hour or day that each UTC hour counts in."""
    starts = period.starts()
    found, number = {}, 0
    for hour in hours(period.span.start, period.span.end):
        while number + 1 < len(starts) and starts[number + 1] <= hour:
            number += 1
        if hour >= period.span.start:
            found[hour] = number
    return found


def _keys(
    by: Iterable[str], places: Places | None, values: dict[str, Any]
) -> tuple[list[str], str]:
    keys = [f"rollup.{column}" for column in by]
    if places is None:
        return keys, ""
    values |= {"hours": list(places), "places": list(places.values())}
    return [*keys, _PLACE], _PLACES


def _fetch(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
