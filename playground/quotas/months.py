"""The months that quotas are for: of the calendar, in UTC, as the hourly sums are."""

from datetime import UTC, datetime, timedelta


def month_of(moment: datetime) -> datetime:
    """When the month of a moment began."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def renewal_after(moment: datetime) -> datetime:
    """When the month after it begins."""
    return month_of(month_of(moment) + timedelta(days=32))
