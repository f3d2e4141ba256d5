"""A table of figures: what a page shows, what a chart draws, and what a file holds."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from playground.accounts.teams.log import plain

Unit = Literal["text", "count", "ms", "share", "number", "rate", "time", "money"]
Cell = str | int | float | datetime | None
SHOWN_ROWS = 200
UNITS = {"ms": "ms", "rate": "tokens/s"}


class Column(NamedTuple):
    """`tip` says how the figure is defined."""

    key: str
    title: str
    unit: Unit = "count"
    tip: str = ""


class Row(NamedTuple):
    """`href` leads from the first cell to what the row is of."""

    cells: tuple[Cell, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Times are in the period's zone; durations in milliseconds; shares from 0 to 1."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = "Nothing was asked in this range."
    shown: int = SHOWN_ROWS
    """How many rows a page has of it; a file has all."""

    @property
    def left_out(self) -> int:
        return max(0, len(self.rows) - self.shown)

    def column(self, key: str) -> int:
        """The place of a column."""
        return [column.key for column in self.columns].index(key)


def as_csv(table: Table) -> str:
    """With a line of titles; no spreadsheet takes a cell for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_titled(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([_written(cell) for cell in row.cells])
    return file.getvalue()


def as_json(table: Table) -> str:
    """Its columns, and a list of one object a row."""
    keys = [column.key for column in table.columns]
    found = {
        "table": table.title,
        "columns": [
            {"key": column.key, "title": column.title, "unit": column.unit}
            for column in table.columns
        ],
        "rows": [dict(zip(keys, row.cells, strict=True)) for row in table.rows],
    }
    return json.dumps(found, default=_iso, ensure_ascii=False)


def points(table: Table) -> dict[str, Any]:
    """What a chart reads: times as seconds since 1970."""
    times = [place for place, column in enumerate(table.columns) if column.unit == "time"]
    rows = [list(row.cells) for row in table.rows]
    for row in rows:
        for place in times:
            row[place] = _number(row[place])
    return {"columns": [column._asdict() for column in table.columns], "rows": rows}


def _titled(column: Column) -> str:
    unit = UNITS.get(column.unit)
    return f"{column.title} ({unit})" if unit else column.title


def _written(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat()
    return plain(cell) if isinstance(cell, str) else cell


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is no cell of a table.")


def _number(cell: Cell) -> Any:
    return cell.timestamp() if isinstance(cell, datetime) else cell
