"""Which decoding settings people use, and how length and speed go with them.

Read from the newest requests of the range themselves, since the sums know nothing of settings.
"""

from typing import Any

from django.db import connection

from playground.analytics.charts import Page
from playground.analytics.figures import share
from playground.analytics.filters import SAMPLER, SETTINGS, Asked
from playground.analytics.pages.columns import ERRORS_TIP, TPOT_TIP, TTFT_TIP
from playground.analytics.scopes import raw_where
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
    FROM inference_generation AS g
    WHERE {condition} AND g.finished_at >= %(start)s AND g.finished_at < %(end)s {near}
    ORDER BY {order} LIMIT %(newest)s
) AS recent GROUP BY value ORDER BY count(*) DESC, value LIMIT %(values)s
"""
# A team's rows are found by when they were accepted, the site's by when they ended.
NEAR = "AND g.accepted_at < %(end)s AND g.accepted_at >= %(start)s::timestamptz - interval '1 day'"
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
    note = f"Of the newest {NEWEST:,} requests of the range." if whole >= NEWEST else ""
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
    statement = BY_VALUE.format(
        value=SAMPLER_SQL if asked.setting == SAMPLER else VALUE_SQL,
        condition=condition,
        near=NEAR if asked.scope.team is not None else "",
        order="g.accepted_at DESC" if asked.scope.team is not None else "g.finished_at DESC",
    )
    span = asked.period.span
    more: dict[str, Any] = {"start": span.start, "end": span.end, "setting": asked.setting}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **more, "newest": NEWEST, "values": VALUES})
        return list(cursor.fetchall())


def _cells(row: tuple[Any, ...], whole: int) -> tuple[Any, ...]:
    value, count, errors, mean, median, cut, ttft, tpot = row
    shares = share(count, whole), share(errors, count)
    return (value, count, *shares, mean, median, share(cut, count), ttft, tpot)
