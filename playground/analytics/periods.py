"""Spans of time as people name them, in their own zone, on the UTC hours that the sums are kept in.

A UTC hour belongs to the local day in which it begins: in a zone that is half an hour off, a day's
edge is that much off too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playground.analytics.rollups import HOUR, hour_of, hours

PRESETS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
"""By name in the address: how many days."""
HOURLY_UP_TO = timedelta(hours=73)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to but without `end`."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Period:
    """What a page is of, and the span before that it is compared with, as far into it."""

    span: Span
    before: Span
    zone: ZoneInfo

    @property
    def by_hour(self) -> bool:
        """Whether it is short enough to show each hour; else it is shown by day."""
        return self.span.end - self.span.start <= HOURLY_UP_TO

    def starts(self) -> list[datetime]:
        """When each of its hours or local days begins; the first may begin within a day."""
        if self.by_hour:
            return list(hours(_next_hour(self.span.start), self.span.end))
        return [self.span.start, *self._midnights()]

    def _midnights(self) -> Iterator[datetime]:
        day = self.span.start.astimezone(self.zone).date() + timedelta(days=1)
        while (start := midnight(day, self.zone)) < self.span.end:
            if start > self.span.start:
                yield start
            day += timedelta(days=1)

    def labels(self) -> list[datetime]:
        """What those hours and days are called, in the zone; a day by its midnight."""
        local = [self.local(start) for start in self.starts()]
        if self.by_hour or not local:
            return local
        first = local[0].replace(hour=0, minute=0, second=0)
        return [first, *local[1:]]

    @property
    def begins_within_a_day(self) -> bool:
        return not self.by_hour and self.labels()[0] != self.local(self.span.start)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def rolling(name: str, zone: ZoneInfo, now: datetime) -> Period:
    """The last so many days up to the end of this hour, and as many before them."""
    end, days = hour_of(now.astimezone(UTC)) + HOUR, PRESETS[name]
    if days == 1:
        start, earlier = end - timedelta(days=1), end - timedelta(days=2)
    else:
        start, earlier = (_back(end, days * n, zone) for n in (1, 2))
    return Period(Span(start, end), Span(earlier, start), zone)


def between(first: date, last: date, zone: ZoneInfo, now: datetime) -> Period:
    """Whole local days, both included; compared with as many days before, or as much of them as
    has passed of these."""
    days = (last - first).days + 1
    span = Span(midnight(first, zone), midnight(last + timedelta(days=1), zone))
    start = midnight(first - timedelta(days=days), zone)
    reached = min(span.end, hour_of(now.astimezone(UTC)) + HOUR)
    end = _back(reached, days, zone) if reached > span.start else start
    return Period(span, Span(start, max(start, min(end, span.start))), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where its midnight does not exist, the moment that follows it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _back(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the clock, days earlier."""
    local = moment.astimezone(zone)
    return (local - timedelta(days=days)).astimezone(UTC)


def _next_hour(moment: datetime) -> datetime:
    hour = hour_of(moment)
    return hour if hour == moment else hour + HOUR
