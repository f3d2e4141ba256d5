"""What a team has used this month: the hourly sums, the rows not summed yet, and what is held."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from playground.analytics.catching_up import NAME
from playground.analytics.models import Watermark
from playground.quotas.months import month_of

BYTES_A_TOKEN = 4
"""Of a prompt that no engine has read yet: about what English takes as it is stored."""

_SUMMED = """
    FROM analytics_rollup WHERE level = 'team' AND team_id = %(team)s
        AND hour >= %(start)s AND hour < %(until)s
"""
_NOT_SUMMED = """
    FROM inference_generation WHERE team_id = %(team)s AND source <> 'import'
        AND finished_at >= %(start)s AND finished_at >= %(until)s
"""
_TOKENS = "coalesce(prompt_tokens, 0) + coalesce(output_tokens, 0)"
_UNDER_WAY = f"""
    SELECT coalesce((settings ->> 'max_tokens')::bigint, 0)
        + pg_column_size(messages) / {BYTES_A_TOKEN} AS tokens
    FROM inference_generation WHERE team_id = %(team)s AND source <> 'import'
"""
# Each state by itself: the rows of each have an index of their own.
NOW = f"""
SELECT
    (SELECT coalesce(sum(prompt_tokens + output_tokens), 0)::bigint {_SUMMED})
        + (SELECT coalesce(sum({_TOKENS}), 0)::bigint {_NOT_SUMMED}),
    (SELECT coalesce(sum(tokens), 0)::bigint FROM (
        {_UNDER_WAY} AND status = 'queued' UNION ALL {_UNDER_WAY} AND status = 'running'
    ) AS held)
"""
BY_DAY = f"""
SELECT day, sum(tokens)::bigint FROM (
    SELECT (hour AT TIME ZONE 'UTC')::date AS day, prompt_tokens + output_tokens AS tokens {_SUMMED}
    UNION ALL
    SELECT (finished_at AT TIME ZONE 'UTC')::date, {_TOKENS} {_NOT_SUMMED}
) AS every GROUP BY day
"""
LAST_MINUTE = """
SELECT count(*) FROM inference_generation
WHERE team_id = %(team)s AND source <> 'import'
    AND accepted_at > statement_timestamp() - interval '1 minute'
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of this month. `held` is the most that those under way may still take: their prompts
    as estimated, and all the output that they asked for."""

    used: int
    held: int

    @property
    def taken(self) -> int:
        return self.used + self.held


def usage_of(team: int, now: datetime | None = None) -> Usage:
    """What a team has used since its month began, and what is held for requests under way.

    A request counts by when it ended. Imported answers were not made here, and do not count.
    """
    return Usage(*_ask(NOW, team, month_of(now or timezone.now()))[0])


def used_by_day(team: int, since: date) -> dict[date, int]:
    """Tokens of each UTC day from that one on; days without any are left out."""
    start = datetime.combine(since, datetime.min.time(), UTC)
    return dict(_ask(BY_DAY, team, start))


def requests_in_the_last_minute(team: int) -> int:
    """How many were accepted."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_MINUTE, {"team": team})
        return int(cursor.fetchone()[0])


def days_back(now: datetime, days: int) -> date:
    """The UTC day so many days before this one."""
    return (now.astimezone(UTC) - timedelta(days=days)).date()


def _ask(statement: str, team: int, start: datetime) -> list[Any]:
    """The watermark is read first, and counts as a fixed hour: what was summed before it stays
    summed, and Postgres finds the rows since then by their index."""
    mark = Watermark.objects.filter(name=NAME).first()
    until = mark.until if mark else start
    values: dict[str, Any] = {"team": team, "start": start, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
