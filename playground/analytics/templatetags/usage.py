"""`{{ cell|shown:column.unit }}`: the figures of the usage pages as people read them."""

from datetime import datetime
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from playground.analytics.tables import Cell, Row, Table, Unit
from playground.compare.wording import NOTHING, duration

register = template.Library()
WORDS = ("text", "time")
BIG = ((1e12, "T"), (1e9, "G"), (1e7, "M"))


@register.filter
def shown(cell: Cell, unit: Unit) -> str:
    """A cell of this unit; a dash where it is unknown."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, datetime):
        return cell.isoformat(" ")[: 10 if cell.hour == cell.minute == 0 else 16]
    return cell if isinstance(cell, str) else _number(cell, unit)


def _number(value: float, unit: Unit) -> str:
    if unit == "ms":
        return duration(value)
    if unit == "share":
        return f"{value * 100:.{1 if 0 < value < 0.9995 else 0}f} %"
    if unit == "money":
        return f"{value:,.{2 if value >= 1 or not value else 4}f}"
    if unit in ("rate", "number"):
        return f"{value:,.{0 if value >= 100 or not value else 1 if value >= 1 else 3}f}"
    return f"{value:,.0f}"


@register.filter
def tile(value: float | None, unit: Unit) -> str:
    """The same, short enough for a tile."""
    if unit == "count" and value is not None:
        for size, letter in BIG:
            if value >= size:
                return f"{value / (1e6 if letter == 'M' else size):,.1f} {letter}"
    return shown(value, unit)


@register.filter
def change(share: float | None) -> str:
    """By how much a figure changed, with its sign."""
    if share is None:
        return ""
    if abs(share) < 0.0005:
        return "no change"
    percent = share * 100
    return f"{percent:+,.{0 if abs(percent) >= 10 else 1}f} %".replace("-", "−")


@register.simple_tag(takes_context=True)
def table_file(context: dict[str, Any], table: str, kind: str) -> str:
    """Where a table of this page is to be had as a file."""
    path = context["export"].replace("TABLE", table).replace("KIND", kind)
    return f"{path}?{context['query']}" if context["query"] else path


@register.simple_tag
def table_rows(table: Table) -> SafeString:
    """The first rows of a table. Built here, for a page has thousands of cells: the template
    language would take longer over them than all queries do."""
    starts = ["<td>" if c.unit in WORDS else '<td class="numeric">' for c in table.columns]
    units = [column.unit for column in table.columns]
    rows = "".join(_row(row, starts, units) for row in table.rows[: table.shown])
    return mark_safe(rows)  # noqa: S308 - every cell and address is escaped


def _row(row: Row, starts: list[str], units: list[Unit]) -> str:
    cells = [
        escape(words) if isinstance(cell, str) else words
        for cell, unit in zip(row.cells, units, strict=True)
        for words in (shown(cell, unit),)
    ]
    if row.href:
        cells[0] = f'<a class="link" href="{escape(row.href)}">{cells[0]}</a>'
    return f"<tr>{''.join(a + b + '</td>' for a, b in zip(starts, cells, strict=True))}</tr>"
