"""Which decoding settings people use, and how length and speed go with them.

Read from the newest requests of the range themselves, since the sums know nothing of settings.
"""

from typing import Any

from django.db import connection

from playground.analytics.charts import Page
from playground.analytics.figures import share, total
from playground.analytics.filters import SAMPLER, SETTINGS, Asked
from playground.analytics.pages.columns import ERRORS_TIP, TPOT_TIP, TTFT_TIP
from playground.analytics.scopes import TEAMS_OF_USER, Scope, raw_where
from playground.analytics.tables import Column, Row, Table

NEWEST = 10_000
VALUES = 60
# A number may be missing or null: only numbers are compared, as jsonb, so that nothing is cast.
SAMPLER_SQL = """
CASE WHEN g.settings->'temperature' = '0' THEN 'Greedy' ELSE concat_ws(' + ', 'Temperature',
    CASE WHEN jsonb_typeof(g.settings->'top_k') = 'number' AND g.settings->'top_k' > '0'
        THEN 'top-k' END,
    CASE WHEN jsonb_typeof(g.settings->'top_p') = 'number' AND g.settings->'top_p' < '1'
        THEN 'top-p' END,
    CASE WHEN jsonb_typeof(g.settings->'min_p') = 'number' AND g.settings->'min_p' > '0'
        THEN 'min-p' END) END
"""
VALUE_SQL = "left(coalesce(g.settings->>%(setting)s, 'not set'), 80)"
BY_VALUE = """
SELECT value, count(*), count(*) FILTER (WHERE status IN ('failed', 'interrupted')),
    avg(output_tokens)::float, percentile_cont(0.5) WITHIN GROUP (ORDER BY output_tokens),
    count(*) FILTER (WHERE finish_reason = 'length'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ttft_us) / 1000,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY tpot_us) / 1000
FROM (
    SELECT {value} AS value, g.status, g.output_tokens, g.finish_reason, g.ttft_us,
        CASE WHEN g.output_tokens > 1 THEN g.decode_us::float / (g.output_tokens - 1) END AS tpot_us
    FROM {teams} LATERAL (
        SELECT * FROM inference_generation AS g
        WHERE {of_team} g.source <> 'import'
            AND g.finished_at >= %(start)s AND g.finished_at < %(end)s
        ORDER BY g.finished_at DESC LIMIT %(newest)s
    ) AS g WHERE {condition}
) AS recent GROUP BY value ORDER BY count(*) DESC, value LIMIT %(values)s
"""
OF_TEAM = "g.team_id = team.team_id AND"
COLUMNS = (
    Column("requests", "Requests"),
    Column("share", "Share", "share"),
    Column("error_rate", "Errors", "share", ERRORS_TIP),
    Column("output_mean", "Output tokens, mean", "number"),
    Column("output_p50", "Output tokens, p50", "number"),
    Column("length", "Cut off", "share", "Answers that ended because they reached their limit."),
    Column("ttft_p50", "TTFT p50", "ms", TTFT_TIP),
    Column("tpot_p50", "TPOT p50", "ms", TPOT_TIP),
)


def build(asked: Asked) -> Page:
    found = _by_value(asked)
    whole = sum(row[1] for row in found)
    rows = tuple(Row(_cells(row, whole)) for row in found)
    title = SETTINGS[asked.setting]
    note = _note(asked)
    columns = (Column("value", title, "text"), *COLUMNS)
    empty = "Nothing was asked in this range, or its requests are no longer kept."
    return Page(
        "Settings",
        "What people decode with, and how long and how fast the answers are then.",
        tables=(Table("by-setting", title, columns, rows, note, empty),),
        chooses=("setting",),
    )


def _by_value(asked: Asked) -> list[tuple[Any, ...]]:
    condition, values = raw_where(asked.scope)
    teams = _teams(asked.scope)
    statement = BY_VALUE.format(
        value=SAMPLER_SQL if asked.setting == SAMPLER else VALUE_SQL,
        condition=condition,
        teams=f"({teams}) AS team," if teams else "",
        of_team=OF_TEAM if teams else "",
    )
    span = asked.period.span
    more: dict[str, Any] = {"start": span.start, "end": span.end, "setting": asked.setting}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **more, "newest": NEWEST, "values": VALUES})
        return list(cursor.fetchall())


def _teams(scope: Scope) -> str:
    """Whose newest requests are looked at, as a query; nothing for everyone's."""
    if scope.team is not None:
        return "SELECT %(team_id)s::bigint AS team_id"
    return TEAMS_OF_USER if scope.user else ""


def _note(asked: Asked) -> str:
    """That not all of the range was looked at, where it was not."""
    scope = asked.scope
    looked_at = Scope(team=scope.team, user=None if scope.team is not None else scope.user)
    if total(looked_at, asked.period.span).requests <= NEWEST:
        return ""
    whose = "the site" if scope.team is None and not scope.user else "the team"
    narrowed = scope != Scope(team=scope.team)
    more = ", narrowed afterwards" if narrowed else ""
    return f"Of the newest {NEWEST:,} requests of {whose} in the range{more}."


def _cells(row: tuple[Any, ...], whole: int) -> tuple[Any, ...]:
    value, count, errors, mean, median, cut, ttft, tpot = row
    shares = share(count, whole), share(errors, count)
    return (value, count, *shares, mean, median, share(cut, count), ttft, tpot)
