"""What a rule's figure is at this minute.

Latency and errors are read from the rows of the last minutes and not from the hourly sums: an hour
is too coarse to notice by, and these rows are few (docs/decisions/0009-alerts-by-the-minute.md).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from playground.alerts.models import Measure, Rule
from playground.analytics.sampling import queues, ready_workers
from playground.quotas.models import Quota
from playground.quotas.usage import usage_of

ENDED = """
FROM inference_generation
WHERE finished_at >= %(start)s AND source <> 'import'
    AND (%(team)s::bigint IS NULL OR team_id = %(team)s)
    AND (%(profile)s = '' OR profile = %(profile)s)
"""
TTFT = f"""
SELECT count(ttft_us), percentile_disc(0.95) WITHIN GROUP (ORDER BY ttft_us) / 1000.0 {ENDED}
"""
ERRORS = f"""
SELECT count(*), 100.0 * count(*) FILTER (WHERE status IN ('failed', 'interrupted'))
    / greatest(count(*), 1) {ENDED}
"""


def measure(rule: Rule) -> float | None:
    """The rule's figure in its unit; None where there is too little to say anything of.

    Raises RedisError where workers cannot be asked.
    """
    return MEASURES[rule.measure](rule)


def _of_ended(statement: str) -> Callable[[Rule], float | None]:
    def read(rule: Rule) -> float | None:
        values: dict[str, Any] = {
            "team": rule.team_id,
            "profile": rule.profile,
            "start": timezone.now() - timedelta(minutes=rule.window_minutes),
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            count, value = cursor.fetchone()
        return float(value) if count and count >= rule.at_least else None

    return read


def _queue(rule: Rule) -> float | None:
    """Seconds that the first in the queue has waited; queues are of every team together."""
    waits = [seconds for name, (_, _, seconds) in queues().items() if rule.profile in ("", name)]
    return max(waits, default=0.0)


def _workers(rule: Rule) -> float | None:
    return float(ready_workers().get(rule.profile, 0))


def _quota(rule: Rule) -> float | None:
    """The highest share used, of the team's quota or of all teams'."""
    quotas = Quota.objects.filter(tokens_a_month__gt=0, team__deleted_at=None)
    if rule.team_id is not None:
        quotas = quotas.filter(team_id=rule.team_id)
    shares = [100 * usage_of(each.team_id).used / (each.tokens_a_month or 1) for each in quotas]
    return max(shares, default=None)


MEASURES: Mapping[str, Callable[[Rule], float | None]] = {
    Measure.TTFT: _of_ended(TTFT),
    Measure.ERRORS: _of_ended(ERRORS),
    Measure.QUEUE: _queue,
    Measure.WORKERS: _workers,
    Measure.QUOTA: _quota,
}
