"""Ranges in people's own zones: whole local days, whatever the clocks do in between."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from playground.analytics.figures import places_of
from playground.analytics.periods import PRESETS, between, rolling

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
LATER = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_it_takes_a_local_day_for_as_long_as_it_was(day: date, hours: int) -> None:
    period = between(day, day, BERLIN, LATER)
    assert period.span.end - period.span.start == timedelta(hours=hours)
    assert len(period.starts()) == hours
    assert {label.date() for label in period.labels()} == {day}


def test_it_counts_every_hour_in_the_day_that_its_clock_shows() -> None:
    period = between(date(2026, 10, 20), date(2026, 10, 30), BERLIN, LATER)
    places, labels = places_of(period), period.labels()
    assert len(places) == 11 * 24 + 1
    for hour, place in places.items():
        assert hour.astimezone(BERLIN).date() == labels[place].date()


def test_it_begins_a_day_within_an_hour_where_the_zone_does() -> None:
    period = between(date(2026, 5, 1), date(2026, 5, 10), KOLKATA, LATER)
    assert period.span.start == datetime(2026, 4, 30, 18, 30, tzinfo=UTC)
    places, labels = places_of(period), period.labels()
    assert len(places) == 240
    for hour, place in places.items():
        assert hour.astimezone(KOLKATA).date() == labels[place].date()


@pytest.mark.parametrize("name", PRESETS)
def test_it_compares_with_as_long_before(name: str) -> None:
    period = rolling(name, BERLIN, datetime(2026, 7, 15, 9, 20, tzinfo=UTC))
    assert period.span.end == datetime(2026, 7, 15, 10, tzinfo=UTC)
    assert period.span.end - period.span.start == timedelta(days=PRESETS[name])
    assert period.before.end == period.span.start
    assert period.before.seconds == pytest.approx(period.span.seconds, abs=3600)


def test_it_compares_what_has_passed_of_a_range_with_as_much_before() -> None:
    now = datetime(2026, 7, 14, 11, 30, tzinfo=UTC)
    period = between(date(2026, 7, 13), date(2026, 7, 19), ZoneInfo("UTC"), now)
    assert period.before.start == datetime(2026, 7, 6, tzinfo=UTC)
    assert period.before.end == datetime(2026, 7, 7, 12, tzinfo=UTC)


def test_it_compares_a_range_to_come_with_nothing() -> None:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    period = between(date(2026, 8, 1), date(2026, 8, 2), BERLIN, now)
    assert period.before.seconds == 0
