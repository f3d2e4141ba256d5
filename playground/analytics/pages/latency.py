"""How durations were spread, and at which hours of the week they were long."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from playground.analytics.buckets import WIDTH, Spread
from playground.analytics.charts import Chart, Page
from playground.analytics.figures import Sums, ms, share, spreads, sums, whole_hours
from playground.analytics.filters import METRICS, Asked
from playground.analytics.pages.columns import TPOT_TIP, TTFT_TIP
from playground.analytics.tables import Column, Row, Table

BUCKETS_PER_BAR = 8
PARTS = (0.5, 0.75, 0.9, 0.95, 0.99)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TIPS = {
    "ttft": TTFT_TIP,
    "tpot": TPOT_TIP,
    "itl": "Gaps between the tokens of an answer, all requests pooled.",
    "e2e": "From the accepted request to its last token stored.",
    "queue": "Waiting in the engine before it begins with a request.",
    "prefill": "From the engine's begin with a request to its first token.",
}


def build(asked: Asked) -> Page:
    found = spreads(asked.scope, asked.period.span, tuple(METRICS))
    chosen = found.get((asked.metric,), Spread())
    percentiles = _percentiles(found) if found else ()
    columns = (
        Column("metric", "Measure", "text"),
        Column("count", "Values"),
        *(Column(f"p{part * 100:.0f}", f"p{part * 100:.0f}", "ms") for part in PARTS),
    )
    return Page(
        "Latency",
        "Percentiles come from histograms with steps of 2 %, so they are right within 1 %.",
        charts=(_distribution(asked, chosen), *_heat(asked)) if chosen else (),
        tables=(Table("percentiles", "Percentiles", columns, percentiles),),
        chooses=("metric",),
    )


def _percentiles(found: Mapping[tuple[object, ...], Spread]) -> tuple[Row, ...]:
    return tuple(
        Row((title, found[name,].total(), *(ms(found[name,], part) for part in PARTS)))
        for name, title in METRICS.items()
    )


def _distribution(asked: Asked, spread: Spread) -> Chart:
    bars: Counter[int] = Counter()
    for bucket, count in spread.items():
        bars[bucket // BUCKETS_PER_BAR] += count
    whole = spread.total()
    every = range(min(bars), max(bars) + 2)
    rows = tuple(
        Row((WIDTH ** (bar * BUCKETS_PER_BAR) / 1000, bars[bar], share(bars[bar], whole)))
        for bar in every
    )
    columns = (
        Column("from", "From", "ms"),
        Column("count", "Values"),
        Column("share", "Share", "share"),
    )
    title = METRICS[asked.metric]
    table = Table("distribution", f"{title}: how it was spread", columns, rows)
    return Chart(
        "spread", table, "from", ("share",), f"{title}, ms", "Share of values",
        tip=TIPS[asked.metric],
    )  # fmt: skip


def _heat(asked: Asked) -> tuple[Chart, Chart]:
    """By hour of the day and day of the week, in the period's zone."""
    cells = {hour: _cell(asked.period.local(hour)) for hour in whole_hours(asked.period.span)}
    span = asked.period.span
    asked_for = sums(asked.scope, span, (), cells, only=("requests",))
    counts = {place: row for (place,), row in asked_for.items()}
    times = spreads(asked.scope, span, (asked.metric,), (), cells)
    slow = [ms(times.get((cell, asked.metric), Spread()), 0.95) for cell in range(168)]
    many = [counts.get(cell, Sums()).requests for cell in range(168)]
    title = METRICS[asked.metric]
    return (
        _map(asked, "requests-by-hour", "Requests by hour of the week", many, "count"),
        _map(asked, "slow-by-hour", f"{title}, p95, by hour of the week", slow, "ms"),
    )


def _cell(local: datetime) -> int:
    return local.weekday() * 24 + local.hour


def _map(asked: Asked, name: str, title: str, values: Sequence[float | None], unit: str) -> Chart:
    columns = (
        Column("hour", "Hour", "text"),
        *(Column(day.lower(), day, unit) for day in DAYS),  # type: ignore[arg-type]
    )
    rows = tuple(
        Row((f"{hour:02}:00", *(values[day * 24 + hour] for day in range(7)))) for hour in range(24)
    )
    table = Table(name, title, columns, rows)
    days = tuple(day.lower() for day in DAYS)
    zone = asked.period.zone.key
    return Chart("heat", table, "hour", days, f"Hour of the day ({zone})", "Day", zone)
