"""Whose figures, narrowed by what: and which level of the sums is the coarsest that knows them."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from playground.analytics.levels import DIMENSIONS, LEVELS

COLUMN_OF = {
    "team": "team_id",
    "user": "user_id",
    "key": "key_id",
    "profile": "profile",
    "source": "source",
}
NOBODY = 0
"""What the sums have for a request of nobody, or without a key."""

# The indexes begin with the team: whose rows a person can have at all.
TEAMS_OF_USER = (
    "SELECT DISTINCT team_id FROM analytics_rollup "
    "WHERE level = 'team_user' AND user_id = %(user_id)s"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """None: of every one. `team` None is the whole site's, which staff alone may see."""

    team: int | None = None
    user: int | None = None
    key: int | None = None
    profile: str | None = None
    source: str | None = None

    def fixed(self) -> dict[str, Any]:
        """The columns that are narrowed, and to what."""
        given = {COLUMN_OF[field.name]: getattr(self, field.name) for field in fields(self)}
        return {column: value for column, value in given.items() if value is not None}


def level_for(columns: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The coarsest level that has all these columns, and its columns."""
    able = [(level, has) for level, has in LEVELS if set(columns) <= set(has)]
    return min(able, key=lambda pair: len(pair[1]))


def where(scope: Scope, by: Collection[str] = ()) -> tuple[str, dict[str, Any]]:
    """The condition on sums called `rollup`, of whichever time, and its parameters."""
    fixed = scope.fixed()
    level, has = level_for({*fixed, *by})
    clauses = ["rollup.level = %(level)s"]
    clauses += [f"rollup.{column} = %({column})s" for column in DIMENSIONS if column in fixed]
    if "team_id" not in has:
        clauses.append("rollup.team_id IS NULL")
    elif "user_id" in fixed and "team_id" not in fixed:
        clauses.append(f"rollup.team_id = ANY(ARRAY({TEAMS_OF_USER}))")
    return " AND ".join(clauses), {"level": level, **fixed}


def raw_where(scope: Scope) -> tuple[str, dict[str, Any]]:
    """The same of `inference_generation AS g`, without the time."""
    clauses = ["g.source <> 'import'"]
    fixed = scope.fixed()
    if fixed.pop("key_id", NOBODY) != NOBODY:
        clauses.append("FALSE")
    if fixed.get("user_id") == NOBODY:
        del fixed["user_id"]
        clauses.append("g.user_id IS NULL")
    elif "user_id" in fixed and "team_id" not in fixed:
        clauses.append(f"g.team_id = ANY(ARRAY({TEAMS_OF_USER}))")
    clauses += [f"g.{column} = %({column})s" for column in fixed]
    return " AND ".join(clauses), fixed
