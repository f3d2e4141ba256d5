"""What a page is made of: tiles, charts and tables. A chart draws a table, which it also shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from playground.analytics.tables import Table, Unit, points

Kind = Literal["line", "bars", "scatter", "spread", "heat"]
Better = Literal["more", "less", ""]


class Tile(NamedTuple):
    """A figure with its change against the period before: a share of what it was then."""

    title: str
    value: float | None
    unit: Unit
    change: float | None
    better: Better
    tip: str

    @property
    def tone(self) -> str:
        """Whether the change is to the good; small ones are neither."""
        if self.change is None or not self.better or abs(self.change) < 0.01:
            return ""
        return "good" if (self.change > 0) == (self.better == "more") else "bad"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of the columns `series` over the column `x` of a table."""

    kind: Kind
    table: Table
    x: str
    series: tuple[str, ...]
    x_title: str
    y_title: str
    zone: str = "UTC"
    tip: str = ""

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def drawing(self) -> dict[str, Any]:
        """For the page's script."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.table.title,
            "x": self.x,
            "series": self.series,
            "xTitle": self.x_title,
            "yTitle": self.y_title,
            "zone": self.zone,
            **points(self.table),
        }


@dataclass(frozen=True, slots=True)
class Page:
    """What one address shows, whatever is exported from it included."""

    title: str
    lead: str = ""
    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    chooses: Sequence[str] = ()
    live: bool = False

    def table(self, name: str) -> Table | None:
        """The table of that name, a chart's or one of its own."""
        every = [*(chart.table for chart in self.charts), *self.tables]
        return next((table for table in every if table.name == name), None)


def change(now: float | None, before: float | None) -> float | None:
    """By what share a figure changed; None where there is nothing to compare with."""
    return None if now is None or not before else now / before - 1
