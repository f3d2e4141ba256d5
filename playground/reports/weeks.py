"""Which week a report is of: from Monday to Sunday, as the person's clock has them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DUE_AT_HOUR = 8
WEEK = timedelta(days=7)


def newest_due(zone: ZoneInfo, now: datetime) -> date:
    """The Monday of the newest week whose report is due: from 8 o'clock of the Monday after it."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    is_early = local.weekday() == 0 and local.hour < DUE_AT_HOUR
    return monday - WEEK * (2 if is_early else 1)


def next_after(week: date) -> date:
    """The day on which the report after that week's comes."""
    return week + WEEK * 2


def sunday_of(week: date) -> date:
    return week + timedelta(days=6)
