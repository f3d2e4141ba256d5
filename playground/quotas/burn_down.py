"""A month's tokens as they go: what was left after each day, and what will be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from playground.analytics.charts import Chart
from playground.analytics.tables import Cell, Column, Row, Table
from playground.quotas.forecast import LOOKED_AT_DAYS, Forecast, forecast
from playground.quotas.models import Quota
from playground.quotas.months import month_of, renewal_after
from playground.quotas.usage import Usage, days_back, usage_of, used_by_day

DAY = timedelta(days=1)
COLUMNS = (
    Column("day", "Day (UTC)", "time"),
    Column("used", "Used"),
    Column("left", "Left after it"),
    Column("forecast", "Left, forecast"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """Where a team's month stands. `limit` None: no limit, so there is nothing to run out."""

    now: datetime
    limit: int | None
    requests_a_minute: int | None
    usage: Usage
    by_day: Mapping[date, int]

    @property
    def renews(self) -> datetime:
        return renewal_after(self.now)

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.usage.used)

    @property
    def share(self) -> float | None:
        """Used, of the limit; a limit of nothing is used up."""
        if self.limit is None:
            return None
        return self.usage.used / self.limit if self.limit else 1.0

    @property
    def forecast(self) -> Forecast:
        left = float("inf") if self.left is None else self.left
        return forecast(self.by_day, left, self.now, self.renews)

    def table(self) -> Table:
        """One row for each day of the month."""
        return Table("burn-down", "Tokens left", COLUMNS, tuple(self._rows()))

    def chart(self) -> Chart:
        return Chart(
            "line", self.table(), "day", ("left", "forecast"), "Day (UTC)", "Tokens", "UTC",
            f"A straight line from now on, as steep as the mean of the last {LOOKED_AT_DAYS} "
            "whole days.",
        )  # fmt: skip

    def _rows(self) -> Iterator[Row]:
        start, today = month_of(self.now), self.now.date()
        used_so_far = 0
        for number in range((self.renews - start).days):
            midnight = start + DAY * number
            used = self.by_day.get(midnight.date(), 0)
            used_so_far += used
            past = midnight.date() <= today
            yield Row((
                midnight,
                used if past else None,
                self._left_after(used_so_far) if past else None,
                self._forecast_at(midnight + DAY) if midnight.date() >= today else None,
            ))  # fmt: skip

    def _left_after(self, used: int) -> Cell:
        return None if self.limit is None else max(0, self.limit - used)

    def _forecast_at(self, moment: datetime) -> Cell:
        """The day that runs ends where the forecast begins, at what is left now."""
        if self.left is None:
            return None
        days = (moment - self.now) / DAY if moment.date() > self.now.date() + DAY else 0
        return max(0.0, self.left - self.forecast.a_day * days)


def month(team: int, quota: Quota | None, now: datetime | None = None) -> Month:
    """The month that runs, of a team."""
    now = (now or timezone.now()).astimezone(UTC)
    since = min(month_of(now).date(), days_back(now, LOOKED_AT_DAYS))
    return Month(
        now=now,
        limit=quota.tokens_a_month if quota else None,
        requests_a_minute=quota.requests_a_minute if quota else None,
        usage=usage_of(team, now),
        by_day=used_by_day(team, since),
    )
