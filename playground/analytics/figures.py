"""What the pages show, read from the hourly sums: sums, and how durations were spread."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from playground.analytics.buckets import Spread, placed, together
from playground.analytics.levels import METRICS
from playground.analytics.parts import (
    PLACED_HOURS,
    PLACED_STRETCHES,
    Days,
    Parts,
    Places,
    Slots,
    by_day,
    parts_of,
    slots_of,
    whole_days,
)
from playground.analytics.periods import Period, Span
from playground.analytics.rollups import hours
from playground.analytics.scopes import NOBODY, Scope, where
from playground.analytics.stretches import Piece, summing

Key = tuple[Any, ...]
FEW = 10
"""For so many people their teams are looked up first, since the indexes begin with the team."""
TEAMS_AMONG = (
    "SELECT DISTINCT team_id FROM analytics_rollup "
    "WHERE level = 'team_user' AND user_id = ANY(%(among)s)"
)


class Sums(NamedTuple):
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
    return Sums(*(sum(column) for column in zip(*every, strict=True)))


NAMES = Sums._fields
# What is read of days and weeks, and of hours; `sign` takes off what counts elsewhere. OFFSET 0
# keeps Postgres to one look into the index for each day, week and hour.
_PARTS = f"""
(
    SELECT {{columns}} place.place, 1 AS sign, {{read}}
    FROM {PLACED_STRETCHES}, LATERAL (
        SELECT {{columns}} {{read}} FROM analytics_stretch AS rollup
        WHERE rollup.first_day = place.first_day AND rollup.days = place.days
            AND {{of_stretches}} OFFSET 0
    ) AS rollup
    UNION ALL
    SELECT {{columns}} place.place, place.sign, {{read}}
    FROM {PLACED_HOURS}, LATERAL (
        SELECT {{columns}} {{of_hour}} FROM analytics_rollup AS rollup
        WHERE rollup.hour = place.hour AND {{of_hours}} {{hour_ends}}
    ) AS rollup {{join}}
) AS part
"""
_HISTOGRAMS = "JOIN analytics_histogram AS histogram ON histogram.rollup_id = rollup.id"


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def sums(
    scope: Scope,
    span: Span,
    by: Sequence[str] = (),
    places: Places | None = None,
    among: Sequence[Any] | None = None,
    only: Sequence[str] = NAMES,
) -> dict[Key, Sums]:
    """Sums by these columns, and last by place where places are given.

    `among`: only these values of the first column. `only`: just these are counted, `requests`
    among them; the others are 0.
    """
    keys = [*by] if places is None else [*by, "place"]
    summed = ", ".join(
        f"coalesce(sum({name} * sign), 0)::bigint" if name in only else "0" for name in NAMES
    )
    parts, values = _parts(scope, by, parts_of(*_covered(span, places)), only, among=among)
    group = f"GROUP BY {', '.join(keys)} HAVING sum(requests * sign) <> 0" if keys else ""
    rows = _fetch(f"SELECT {', '.join([*keys, summed])} FROM {parts} {group}", values)
    return {row[: len(keys)]: Sums(*row[len(keys) :]) for row in rows}


def total(scope: Scope, span: Span) -> Sums:
    return sums(scope, span)[()]


def spreads(
    scope: Scope,
    span: Span,
    metrics: Sequence[str],
    by: Sequence[str] = (),
    places: Places | None = None,
    among: Sequence[Any] | None = None,
) -> dict[Key, Spread]:
    """How often each bucket of each metric came, by these columns, by place, and last by metric.

    `among`: only these values of the first column.
    What is not there was never measured; asking for it gives an empty spread.
    """
    assert set(metrics) <= set(METRICS)
    slots = slots_of(*_covered(span, places))
    statement, values = _parts(scope, by, slots, metrics, _HISTOGRAMS, among)
    columns = ", ".join([*by, "place", *metrics])
    rows = _fetch(f"SELECT {columns} FROM {statement}", values)
    found: dict[Key, Spread] = defaultdict(Spread)
    for key, place, metric, spread in _placed(rows, slots, metrics, len(by)):
        found[(*key, metric) if places is None else (*key, place, metric)] = spread
    return found


def _placed(
    rows: Sequence[Key], slots: Slots, metrics: Sequence[str], size: int
) -> Iterator[tuple[Key, int, str, Spread]]:
    """Of rows with a key of that size, a slot and histograms: key, place and metric, and how it
    was spread there."""
    if not rows:
        return
    keys = {key: number for number, key in enumerate(dict.fromkeys(row[:size] for row in rows))}
    numbers = sorted({place for places in slots.places for place in places} - {-1})
    dense = {-1: -1} | {place: number for number, place in enumerate(numbers)}
    of_slot = np.array([[dense[place] for place in places] for places in slots.places])
    of_row = of_slot[[row[size] for row in rows]]
    of_key = np.array([[keys[row[:size]] * len(numbers)] for row in rows])
    at = np.where(of_row < 0, -1, of_row + of_key)
    cells = [(key, number) for key in keys for number in numbers]
    for column, metric in enumerate(metrics, size + 1):
        counts = placed([row[column] for row in rows], at, len(cells))
        for (key, place), spread in zip(cells, counts, strict=True):
            if spread.any():
                yield key, place, metric, Spread(spread)


def _covered(span: Span, places: Places | None) -> tuple[Days, frozenset[Piece]]:
    """The hours that there are sums of by UTC day, with their places, and what is summed."""
    known = summing(span)
    first, end = max(span.start, known.first), min(span.end, known.end)
    if places is None:
        return whole_days(first, end), known.pieces
    return by_day({hour: at for hour, at in places.items() if first <= hour < end}), known.pieces


def _parts(
    scope: Scope,
    by: Sequence[str],
    parts: Parts,
    read: Collection[str],
    join: str = "",
    among: Sequence[Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The rows to read as a table expression, and its parameters."""
    read_from = where(scope, by)
    of_hours, of_stretches = read_from.hours, read_from.stretches
    values = dict(read_from.values)
    if among is not None:
        chosen = f" AND rollup.{by[0]} = ANY(%(among)s)"
        values["among"] = list(among)
        teams = ""
        if by[0] == "user_id" and not scope.team and not scope.user and len(among) <= FEW:
            teams = f" AND rollup.team_id = ANY(ARRAY({TEAMS_AMONG}))"
        of_hours += chosen + teams
        of_stretches += chosen + (teams if read_from.stretches_by_team else "")
    of_hour, hour_ends = "rollup.id" if join else ", ".join(read), "OFFSET 0"
    if by and not join:  # many rows an hour: summed before they are joined
        of_hour = ", ".join(f"sum({name})::bigint AS {name}" for name in read)
        hour_ends = f"GROUP BY {', '.join(by)}"
    statement = _PARTS.format(
        columns="".join(f"rollup.{column}, " for column in by),
        read=", ".join(read),
        of_hour=of_hour,
        hour_ends=hour_ends,
        of_hours=of_hours,
        of_stretches=of_stretches,
        join=join,
    )
    return statement, values | parts.values()


def whole_hours(span: Span) -> list[datetime]:
    """The UTC hours that begin within a span."""
    return [hour for hour in hours(span.start, span.end) if hour >= span.start]


def merged(found: Mapping[Key, Spread], metric: str) -> Spread:
    """All of one metric together."""
    return together(spread for key, spread in found.items() if key[-1] == metric)


def ms(spread: Spread, part: float) -> float | None:
    """A percentile of durations in milliseconds."""
    value = spread.percentile(part)
    return None if value is None else value / 1000


def people(scope: Scope, span: Span) -> int:
    """How many different people asked for something."""
    whole = parts_of(*_covered(span, None))
    parts, values = _parts(scope, ("user_id",), whole, ("requests",))
    ((count,),) = _fetch(
        f"SELECT count(DISTINCT user_id) FROM {parts} WHERE user_id <> {NOBODY}", values
    )
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


def _fetch(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
