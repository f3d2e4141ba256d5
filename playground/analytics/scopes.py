"""Whose figures, narrowed by what: and which level of the sums is the coarsest that knows them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from playground.analytics.levels import DIMENSIONS, LEVELS, STRETCH_LEVELS

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


Level = tuple[str, tuple[str, ...]]


def level_for(columns: Collection[str], levels: Sequence[Level] = LEVELS) -> Level:
    """The coarsest of the levels that has all these columns, and its columns."""
    able = [(level, has) for level, has in levels if set(columns) <= set(has)]
    return min(able, key=lambda pair: len(pair[1]))


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on sums called `rollup`: of hours, of longer stretches; and their parameters."""

    hours: str
    stretches: str
    stretches_by_team: bool
    values: dict[str, Any]


def where(scope: Scope, by: Collection[str] = ()) -> Where:
    """What to read for a scope, by these columns."""
    fixed = scope.fixed()
    columns = {*fixed, *by}
    hours = level_for(columns)
    stretches = level_for(columns, (*LEVELS, *STRETCH_LEVELS))
    return Where(
        _clauses(hours, fixed, "level"),
        _clauses(stretches, fixed, "stretch_level"),
        "team_id" in stretches[1],
        {"level": hours[0], "stretch_level": stretches[0], **fixed},
    )


def _clauses(level: Level, fixed: Mapping[str, Any], name: str) -> str:
    clauses = [f"rollup.level = %({name})s"]
    clauses += [f"rollup.{column} = %({column})s" for column in DIMENSIONS if column in fixed]
    if "team_id" not in level[1]:
        clauses.append("rollup.team_id IS NULL")
    elif "user_id" in fixed and "team_id" not in fixed:
        clauses.append(f"rollup.team_id = ANY(ARRAY({TEAMS_OF_USER}))")
    return " AND ".join(clauses)


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
