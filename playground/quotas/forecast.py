"""How long the rest of a month's tokens lasts, if the team goes on as in its last seven days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LOOKED_AT_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`runs_out` None: it lasts until it renews, or nothing was used lately."""

    a_day: float
    runs_out: datetime | None


def forecast(by_day: Mapping[date, int], left: float, now: datetime, renews: datetime) -> Forecast:
    """A straight line from now on, as steep as the mean of the last seven whole days.

    The day that runs is left out: a morning would make every team look idle.
    """
    today = now.date()
    days = [today - DAY * back for back in range(1, LOOKED_AT_DAYS + 1)]
    a_day = sum(by_day.get(day, 0) for day in days) / LOOKED_AT_DAYS
    if left <= 0:
        return Forecast(a_day, now)
    days_left = left / a_day if a_day else float("inf")
    if days_left * DAY.total_seconds() >= (renews - now).total_seconds():
        return Forecast(a_day, None)
    return Forecast(a_day, now + DAY * days_left)
