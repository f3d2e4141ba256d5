"""The slowest requests and the failed ones: their figures, and a link where one may see the run.

Sums say which days hold them, and then which hours of those, so that only those hours' rows are
read: OFFSET 0 keeps Postgres to one look into the index for each hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from playground.accounts.models import Membership
from playground.analytics import names
from playground.analytics.buckets import WIDTH
from playground.analytics.charts import Page
from playground.analytics.figures import merged, spreads, sums, whole_hours
from playground.analytics.filters import SOURCES, Asked
from playground.analytics.pages.columns import TTFT_TIP
from playground.analytics.scopes import raw_where
from playground.analytics.tables import Cell, Column, Row, Table
from playground.compare.models import Sample
from playground.compare.wording import STATUSES

E2E = "e2e"
COUNT = 25
T = TypeVar("T", int, datetime)
MOST_HOURS = 100
ROWS = """
SELECT g.id, g.finished_at, g.team_id, coalesce(g.user_id, 0), g.profile, g.source, g.status,
    g.queue_us, g.ttft_us, g.e2e_us, g.prompt_tokens, g.output_tokens, g.error
FROM unnest(%(hours)s::timestamptz[]) AS of(hour), LATERAL (
    SELECT g.* FROM inference_generation AS g
    WHERE g.finished_at >= of.hour AND g.finished_at < of.hour + interval '1 hour'
        AND {condition} AND {which}
    OFFSET 0
) AS g ORDER BY {order} LIMIT %(count)s
"""
KEPT = "Only figures are shown here; a link leads to the runs that are shared with you."


def build(asked: Asked) -> Page:
    return Page(
        "Requests",
        "The slowest requests of the range, and the newest of those that failed.",
        tables=(
            _table(asked, "slowest", "Slowest, end to end", _slowest(asked),
                   "Nothing was asked in this range, or its requests are no longer kept."),
            _table(asked, "failed", "Failed and interrupted", _failed(asked),
                   "Nothing failed in this range."),
        ),
    )  # fmt: skip


def _slowest(asked: Asked) -> list[tuple[Any, ...]]:
    scope, span = asked.scope, asked.period.span
    days = _by_day(whole_hours(span))
    by_day = spreads(scope, span, (E2E,), (), days)
    if not by_day:
        return []
    bucket = merged(by_day, E2E).bucket_of_rank(COUNT)
    slow = {place for (place, _), spread in by_day.items() if spread.greatest() >= bucket}
    every = [hour for hour, place in days.items() if place in slow]
    by_hour = spreads(scope, span, (E2E,), (), _numbered(every))
    greatest = {every[place]: spread.greatest() for (place, _), spread in by_hour.items()}
    hours = [hour for hour, most in greatest.items() if most >= bucket]
    hours.sort(key=lambda hour: -greatest[hour])
    least = {"least": int(WIDTH**bucket * 0.9999) if bucket else 0}
    return _rows(asked, hours[:MOST_HOURS], "g.e2e_us >= %(least)s", "g.e2e_us DESC, g.id", least)


def _failed(asked: Asked) -> list[tuple[Any, ...]]:
    scope, span = asked.scope, asked.period.span
    days = _by_day(whole_hours(span))
    bad_days = set(_enough({
        place: row.errors for (place,), row in sums(scope, span, (), days).items()
    }))  # fmt: skip
    every = [hour for hour, place in days.items() if place in bad_days]
    by_hour = sums(scope, span, (), _numbered(every)) if every else {}
    hours = _enough({every[place]: row.errors for (place,), row in by_hour.items()})
    which = "g.status IN ('failed', 'interrupted')"
    return _rows(asked, hours, which, "g.finished_at DESC, g.id", {})


def _by_day(hours: Sequence[datetime]) -> dict[datetime, int]:
    """By the number of the UTC day that each hour is of."""
    return {hour: hour.toordinal() for hour in hours}


def _numbered(hours: Sequence[datetime]) -> dict[datetime, int]:
    return {hour: number for number, hour in enumerate(hours)}


def _enough(errors: Mapping[T, int]) -> list[T]:
    """The latest that have COUNT errors together."""
    found: list[T] = []
    passed = 0
    for at in sorted(errors, reverse=True):
        if passed < COUNT and errors[at]:
            found.append(at)
            passed += errors[at]
    return found


def _rows(
    asked: Asked, hours: Sequence[Any], which: str, order: str, more: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    if not hours:
        return []
    condition, values = raw_where(asked.scope)
    statement = ROWS.format(condition=condition, which=which, order=order)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **more, "hours": list(hours), "count": COUNT})
        return list(cursor.fetchall())


def _table(
    asked: Asked, name: str, title: str, found: Sequence[tuple[Any, ...]], empty: str
) -> Table:
    called = names.people({row[3] for row in found})
    of_team = names.teams({row[2] for row in found}) if asked.viewer_of_site else {}
    links = runs_of(asked.viewer, [row[0] for row in found])
    rows = tuple(_row(asked, row, called, of_team, links) for row in found)
    team = (Column("team", "Team", "text"),) if asked.viewer_of_site else ()
    columns = (
        Column("at", f"Ended ({asked.period.zone.key})", "time"),
        *team,
        Column("user", "Person", "text"),
        Column("profile", "Model", "text"),
        Column("source", "Source", "text"),
        Column("status", "Status", "text"),
        Column("queue", "Queue", "ms"),
        Column("ttft", "TTFT", "ms", TTFT_TIP),
        Column("e2e", "End to end", "ms"),
        Column("prompt_tokens", "Prompt tokens"),
        Column("output_tokens", "Output tokens"),
        Column("error", "Reason", "text", "Shown where the run is shared with you."),
    )
    return Table(name, title, columns, rows, KEPT, empty)


def _row(
    asked: Asked,
    row: tuple[Any, ...],
    called: Mapping[int, str],
    of_team: Mapping[int, str],
    links: Mapping[int, str],
) -> Row:
    id, at, team, user, profile, source, status, queue, ttft, e2e, prompt, output, error = row
    durations = tuple(None if value is None else value / 1000 for value in (queue, ttft, e2e))
    cells: tuple[Cell, ...] = (
        asked.period.local(at),
        *((of_team[team],) if asked.viewer_of_site else ()),
        called[user],
        profile,
        SOURCES.get(source, source),
        STATUSES.get(status, status),
        *durations,
        prompt,
        output,
        error if id in links else "",
    )
    return Row(cells, links.get(id, ""))


def runs_of(viewer: int, generations: Sequence[int]) -> dict[int, str]:
    """The address of the run of each of these that the person may see, in whichever team."""
    mine = Membership.objects.filter(user_id=viewer, team__deleted_at=None).values("team_id")
    found = Sample.objects.filter(
        Q(lane__comparison__shared=True) | Q(lane__comparison__author_id=viewer),
        generation_id__in=generations,
        team_id__in=mine,
    ).values_list(
        "generation_id", "lane__comparison__session__public_id", "lane__comparison__number"
    )
    return {id: reverse("run", args=[session, number]) for id, session, number in found}
