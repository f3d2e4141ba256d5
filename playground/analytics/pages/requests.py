"""The slowest requests and the failed ones: their figures, and a link where one may see the run.

Sums say which hours hold them, so that only those hours' rows are read: OFFSET 0 keeps Postgres
to one look into the index for each hour.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from playground.accounts.models import Membership
from playground.analytics import names
from playground.analytics.buckets import WIDTH
from playground.analytics.charts import Page
from playground.analytics.figures import Spread, spreads
from playground.analytics.filters import SOURCES, Asked
from playground.analytics.pages.columns import TTFT_TIP
from playground.analytics.scopes import raw_where, where
from playground.analytics.tables import Cell, Column, Row, Table
from playground.compare.models import Sample
from playground.compare.wording import STATUSES

COUNT = 25
MOST_HOURS = 100
SLOW_HOURS = """
SELECT hour FROM (
    SELECT hour, max((SELECT max(bucket) FROM unnest(buckets) AS bucket)) AS most
    FROM analytics_rollup AS rollup JOIN analytics_histogram AS histogram
        ON histogram.rollup_id = rollup.id
    WHERE {condition} AND metric = 'e2e' GROUP BY hour
) AS hours WHERE most >= %(bucket)s ORDER BY most DESC LIMIT %(count)s
"""
BAD_HOURS = """
SELECT hour FROM analytics_rollup AS rollup WHERE {condition} AND failed + interrupted > 0
GROUP BY hour ORDER BY hour DESC LIMIT %(count)s
"""
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
    spread = spreads(asked.scope, asked.period.span, ("e2e",)).get(("e2e",), Spread())
    if not spread:
        return []
    bucket = _bucket_of_the_last(spread)
    hours = _hours(SLOW_HOURS, asked, {"bucket": bucket, "count": MOST_HOURS})
    least = {"least": int(WIDTH**bucket * 0.9999) if bucket else 0}
    return _rows(asked, hours, "g.e2e_us >= %(least)s", "g.e2e_us DESC, g.id", least)


def _bucket_of_the_last(spread: Spread) -> int:
    """The bucket that holds the last of the COUNT slowest."""
    passed = 0
    for bucket in sorted(spread, reverse=True):
        passed += spread[bucket]
        if passed >= COUNT:
            return bucket
    return min(spread)


def _failed(asked: Asked) -> list[tuple[Any, ...]]:
    hours = _hours(BAD_HOURS, asked, {"count": COUNT})
    which = "g.status IN ('failed', 'interrupted')"
    return _rows(asked, hours, which, "g.finished_at DESC, g.id", {})


def _hours(statement: str, asked: Asked, more: Mapping[str, Any]) -> list[Any]:
    condition, values = where(asked.scope, asked.period.span)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition=condition), {**values, **more})
        return [hour for (hour,) in cursor]


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
