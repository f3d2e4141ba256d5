"""Goes through candidates in the order of time, looking at each only until a page is full."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from playground.compare.models import Comparison

Hit = tuple[int, datetime]
Candidates = tuple[str, Sequence[Any]]
"""A statement that gives id and created_at, and its parameters."""

IN_ORDER = """
SELECT newest.id, newest.created_at FROM ({candidates}) AS newest
WHERE EXISTS ({matching} OFFSET 0)
ORDER BY newest.created_at DESC, newest.id DESC LIMIT %s
"""
LAST = """
SELECT newest.id, newest.created_at FROM ({candidates}) AS newest
ORDER BY newest.created_at DESC, newest.id DESC OFFSET %s LIMIT 1
"""


def candidates_of(runs: QuerySet[Comparison], count: int) -> Candidates:
    """The newest `count` of `runs`, as a statement."""
    newest = runs.order_by("-created_at", "-id").values("id", "created_at")[:count]
    sql, values = newest.query.sql_with_params()
    return sql, values


def together(branches: Sequence[Candidates], count: int) -> Candidates:
    """The newest `count` of what the branches give, each of which an index has in its order."""
    sql = " UNION ALL ".join(f"({sql})" for sql, _ in branches)
    return (
        f"SELECT id, created_at FROM ({sql}) AS branches "
        "ORDER BY created_at DESC, id DESC LIMIT %s",
        [*(value for _, values in branches for value in values), count],
    )


def first_matching(
    candidates: Candidates, matching: QuerySet[Comparison], count: int
) -> Sequence[Hit]:
    """The newest `count` candidates that are in `matching`.

    The planner would make a join of it, and gather all candidates, or all that match, before it
    looks at the first; OFFSET 0 keeps it from that.
    """
    one = matching.filter(pk=RawSQL("newest.id", [])).order_by().values("pk")
    try:
        sql, values = one.query.sql_with_params()
    except EmptyResultSet:  # a search that has nothing to look for
        return []
    return _rows(
        IN_ORDER.format(candidates=candidates[0], matching=sql), [*candidates[1], *values, count]
    )


def last_of(candidates: Candidates, count: int) -> Hit | None:
    """The `count`-th candidate; None where there are fewer."""
    found = _rows(LAST.format(candidates=candidates[0]), [*candidates[1], count - 1])
    return found[0] if found else None


def _rows(sql: str, parameters: Sequence[Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
