"""Who or what made up the figures: by person, team, model, key or source. A row leads deeper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playground.analytics import names
from playground.analytics.buckets import Spread
from playground.analytics.charts import Chart, Page
from playground.analytics.figures import Sums, places_of, share, spreads, sums
from playground.analytics.filters import Asked
from playground.analytics.pages.columns import COUNTED, TIMED, counted, timed
from playground.analytics.pages.overview import METRICS, when_title
from playground.analytics.scopes import COLUMN_OF
from playground.analytics.tables import Column, Row, Table

DRAWN = 5
SHOWN = 50
SPENT = (
    Column("share", "Share of requests", "share"),
    Column(
        "busy_hours", "Busy hours", "number", "Prefill and decode time of all requests together."
    ),
)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A page that splits the figures by one dimension, named as addresses do."""

    dimension: str
    title: str
    one: str

    def __call__(self, asked: Asked) -> Page:
        column, span = COLUMN_OF[self.dimension], asked.period.span
        found = {key: row for (key,), row in sums(asked.scope, span, (column,)).items()}
        order = sorted(found, key=lambda key: (-found[key].requests, str(key)))
        called = names.NAMES[self.dimension](order)
        measured = order if asked.whole else order[:SHOWN]
        spread = spreads(asked.scope, span, METRICS, (column,), among=measured) if measured else {}
        whole = sum(row.requests for row in found.values())
        home = asked.address(asked.home, **{self.dimension: None})
        lead = f"{home}{'&' if '?' in home else '?'}"
        rows = tuple(self._row(key, called[key], found[key], whole, spread, lead) for key in order)
        first = Column(self.dimension, self.one, "text")
        columns = (first, *COUNTED, *TIMED, *SPENT)
        table = Table(f"by-{self.dimension}", self.title, columns, rows, shown=SHOWN)
        charts = (self._over_time(asked, order[:DRAWN], called),) if order else ()
        return Page(self.title, LEADS[self.dimension], charts=charts, tables=(table,))

    def _row(
        self, key: Any, name: str, row: Sums, whole: int, spread: Mapping[Any, Spread], lead: str
    ) -> Row:
        times = timed({metric: spread.get((key, metric), Spread()) for metric in METRICS})
        spent = (share(row.requests, whole), row.busy_us / 3.6e9)
        href = f"{lead}{urlencode({self.dimension: key})}"
        return Row((name, *counted(row), *times, *spent), href)

    def _over_time(self, asked: Asked, keys: list[Any], called: Mapping[Any, str]) -> Chart:
        period, column = asked.period, COLUMN_OF[self.dimension]
        places = places_of(period)
        found = sums(asked.scope, period.span, (column,), places, keys, only=("requests",))
        rows = tuple(
            Row((
                label,
                *(found.get((key, place), Sums()).requests for key in keys),
            ))
            for place, label in enumerate(period.labels())
        )  # fmt: skip
        series = tuple(f"series_{place}" for place in range(len(keys)))
        columns = (
            Column("at", when_title(asked), "time"),
            *(Column(name, called[key]) for name, key in zip(series, keys, strict=True)),
        )
        title = f"Requests of the {DRAWN} with most" if len(keys) == DRAWN else "Requests"
        table = Table(f"{self.dimension}-over-time", title, columns, rows)
        zone = period.zone.key
        return Chart("line", table, "at", series, when_title(asked), "Requests", zone)


LEADS = {
    "team": "What each team asked for. Choose one to see its figures alone.",
    "user": "What each person asked for. Choose one to see their figures alone.",
    "profile": "What each model answered. Choose one to see its figures alone.",
    "key": "What came in with each API key.",
    "source": "What came from the workbench in the browser, and what through the API.",
}
