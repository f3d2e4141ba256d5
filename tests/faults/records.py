"""What Postgres holds, read past the product."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

from playground.local.stack import Stack


def query(stack: Stack, sql: str, *values: Any) -> list[dict[str, Any]]:
    with psycopg.connect(stack.postgres.url, row_factory=dict_row) as connection:
        return connection.execute(sql, values).fetchall()


def generation(stack: Stack, id: int) -> dict[str, Any]:
    (row,) = query(stack, "SELECT * FROM inference_generation WHERE id = %s", id)
    return row


def attempts(stack: Stack, id: int) -> list[dict[str, Any]]:
    sql = "SELECT * FROM inference_attempt WHERE generation_id = %s ORDER BY number"
    return query(stack, sql, id)


def count(stack: Stack) -> int:
    (row,) = query(stack, "SELECT count(*) AS n FROM inference_generation")
    return int(row["n"])


def make_long(stack: Stack, ids: list[int], characters: int) -> None:
    """Give generations a long text."""
    with psycopg.connect(stack.postgres.url) as connection:
        connection.execute(
            "UPDATE inference_generation SET text = repeat('x', %s) WHERE id = ANY(%s)",
            [characters, ids],
        )
