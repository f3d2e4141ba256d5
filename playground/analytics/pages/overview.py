"""How much, by how many, how fast, how well: now and against the period before."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils import timezone

from playground.analytics.buckets import Spread
from playground.analytics.charts import Better, Chart, Kind, Page, Tile, change
from playground.analytics.figures import (
    Sums,
    combined,
    merged,
    ms,
    people,
    places_of,
    spreads,
    sums,
    total,
)
from playground.analytics.filters import Asked
from playground.analytics.pages.columns import (
    COUNTED,
    ERRORS_TIP,
    REQUESTS_TIP,
    TIMED,
    TPOT_TIP,
    TTFT_TIP,
    counted,
    timed,
)
from playground.analytics.periods import Span
from playground.analytics.scopes import Scope
from playground.analytics.tables import Column, Row, Table, Unit

METRICS = ("ttft", "tpot")
Facts = dict[str, float | None]


class Fact(NamedTuple):
    """A tile as it is declared: which way is better, and how the figure is defined."""

    key: str
    title: str
    unit: Unit
    better: Better
    tip: str


FACTS = (
    Fact("requests", "Requests", "count", "", REQUESTS_TIP),
    Fact("tokens", "Tokens", "count", "", "Prompt and output tokens together."),
    Fact("people", "Active people", "count", "more", "People who asked for at least one answer."),
    Fact("error_rate", "Errors", "share", "less", ERRORS_TIP),
    Fact("ttft_p50", "TTFT p50", "ms", "less", TTFT_TIP),
    Fact("ttft_p95", "TTFT p95", "ms", "less", TTFT_TIP),
    Fact("tpot_p50", "TPOT p50", "ms", "less", TPOT_TIP),
    Fact("tpot_p95", "TPOT p95", "ms", "less", TPOT_TIP),
    Fact(
        "throughput", "Throughput", "rate", "more",
        "Output tokens of all requests ÷ the time of this range that has passed.",
    ),
    Fact(
        "goodput", "Goodput", "share", "more",
        "Requests done within the team's limits, as a share of all that ended.",
    ),
)  # fmt: skip


def build(asked: Asked) -> Page:
    period, scope = asked.period, asked.scope
    places = places_of(period)
    spread = spreads(scope, period.span, METRICS, places=places)
    by_place = {place: found for (place,), found in sums(scope, period.span, (), places).items()}
    whole = {metric: merged(spread, metric) for metric in METRICS}
    now = _facts(scope, period.span, combined(by_place.values()), whole)
    before = _facts_before(scope, period.before)
    table = _over_time(asked, by_place, spread)
    return Page(
        title="Overview",
        tiles=[_tile(fact, now, before) for fact in FACTS],
        charts=_charts(table, asked) if by_place else (),
        tables=(table,),
        live=True,
    )


def _facts_before(scope: Scope, span: Span) -> Facts:
    if span.end <= span.start:
        return {}
    spread = spreads(scope, span, METRICS)
    whole = {metric: spread[(metric,)] for metric in METRICS}
    return _facts(scope, span, total(scope, span), whole)


def _facts(scope: Scope, span: Span, sums: Sums, spread: Mapping[str, Spread]) -> Facts:
    passed = Span(span.start, max(span.start, min(span.end, timezone.now()))).seconds
    return {
        "requests": sums.requests,
        "tokens": sums.tokens,
        "people": people(scope, span),
        "error_rate": sums.error_rate,
        "throughput": sums.output_tokens / passed if passed else None,
        "goodput": sums.goodput,
        **{
            f"{metric}_p{part}": ms(spread[metric], part / 100)
            for metric in METRICS
            for part in (50, 95)
        },
    }


def _tile(fact: Fact, now: Facts, before: Facts) -> Tile:
    value = now[fact.key]
    changed = change(value, before.get(fact.key))
    return Tile(fact.title, value, fact.unit, changed, fact.better, fact.tip)


def _over_time(
    asked: Asked, by_place: Mapping[int, Sums], spread: Mapping[tuple[int, str], Spread]
) -> Table:
    period, now = asked.period, timezone.now()
    rows = tuple(
        Row((
            label,
            *counted(by_place.get(place, Sums())),
            *timed({metric: spread.get((place, metric), Spread()) for metric in METRICS}),
        ))
        for place, label in enumerate(period.labels())
        if label <= now
    )  # fmt: skip
    columns = (Column("at", when_title(asked), "time"), *COUNTED, *TIMED)
    title = f"All by {'hour' if period.by_hour else 'day'}"
    return Table("over-time", title, columns, rows if by_place else (), partial_day(asked))


def partial_day(asked: Asked) -> str:
    """What to say where the first day of the range is no whole one."""
    if not asked.period.begins_within_a_day:
        return ""
    return f"The first day is counted from {asked.period.local(asked.period.span.start):%H:%M} on."


def when_title(asked: Asked) -> str:
    """What the column of times is called."""
    return f"{'Hour' if asked.period.by_hour else 'Day'} ({asked.period.zone.key})"


def _charts(table: Table, asked: Asked) -> tuple[Chart, ...]:
    when, zone = when_title(asked), asked.period.zone.key
    drawn: tuple[tuple[str, str, Kind, tuple[str, ...], str], ...] = (
        ("requests", "Requests", "bars", ("requests",), "Requests"),
        ("tokens", "Tokens", "bars", ("prompt_tokens", "output_tokens"), "Tokens"),
        ("ttft", "Time to first token", "line", ("ttft_p50", "ttft_p95"), "TTFT, ms"),
        ("tpot", "Time per output token", "line", ("tpot_p50", "tpot_p95"), "TPOT, ms"),
    )
    return tuple(
        Chart(kind, picked(table, name, title, ("at", *keys)), "at", keys, when, y_title, zone)
        for name, title, kind, keys, y_title in drawn
    )


def picked(table: Table, name: str, title: str, keys: tuple[str, ...]) -> Table:
    """Some columns of a table, as a table of its own."""
    places = [table.column(key) for key in keys]
    rows = tuple(Row(tuple(row.cells[place] for place in places)) for row in table.rows)
    return Table(name, title, tuple(table.columns[place] for place in places), rows)
