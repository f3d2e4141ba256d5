"""Histograms of whole days: the same figures as from the hours, and never older than they are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from playground.analytics.days import Day, fresh_days, span_of, sum_days
from playground.analytics.figures import parts_of, places_of, spreads, whole_hours
from playground.analytics.periods import Span, between
from playground.analytics.rollups import rebuild
from playground.analytics.scopes import Scope
from tests.playground.analytics.raw import make_raw

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 3, 26, tzinfo=UTC)
END = START + timedelta(days=6)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SCOPES = (
    Scope(),
    Scope(team=1),
    Scope(team=2, user=1),
    Scope(team=1, profile="small", source="api"),
)


def every_figure(zone: str) -> list[Any]:
    """By day, by column, and altogether, over days that begin in the middle of UTC ones."""
    period = between(date(2026, 3, 27), date(2026, 3, 30), ZoneInfo(zone), LATER)
    places = places_of(period)
    return [
        found
        for scope in SCOPES
        for found in (
            spreads(scope, period.span, ("ttft", "itl"), (), places),
            spreads(scope, period.span, ("e2e",), ("profile",)),
            spreads(scope, Span(START + timedelta(hours=5), END), ("tpot",)),
        )
    ]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"])
def test_it_reads_the_same_from_days_as_from_hours(zone: str) -> None:
    make_raw(21, 500, START, 6 * 24)
    rebuild(START, END)
    from_hours = every_figure(zone)
    assert all(from_hours)
    assert len(sum_days()) == 6
    assert every_figure(zone) == from_hours


def test_it_reads_few_hours_beside_the_days() -> None:
    period = between(date(2026, 5, 1), date(2026, 5, 30), ZoneInfo("Europe/Berlin"), LATER)
    days = {hour.date() for hour in whole_hours(period.span)}
    parts = parts_of(places_of(period), days)
    assert len(parts["days"]) == 29
    assert len(parts["hours"]) == 29 * 2 * 2 + 2 + 22


def test_it_no_longer_trusts_a_day_of_which_an_hour_changed() -> None:
    make_raw(22, 100, START, 48)
    rebuild(START, START + timedelta(hours=48))
    sum_days()
    span = Span(START, END)
    assert fresh_days(span) == {START.date(), START.date() + timedelta(days=1)}
    make_raw(23, 1, START + timedelta(hours=3), 0)
    rebuild(START + timedelta(hours=3), START + timedelta(hours=4))
    assert fresh_days(span) == {START.date() + timedelta(days=1)}
    ((_, whole),) = spreads(Scope(), span, ("e2e",)).items()
    assert whole.total() == 101
    assert sum_days() == [START.date()]
    assert spreads(Scope(), span, ("e2e",)) == {("e2e",): whole}


def test_it_sums_a_few_days_at_a_time_and_never_today() -> None:
    now = datetime.now(UTC)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    make_raw(24, 200, start, 72)
    make_raw(25, 1, now - timedelta(minutes=1), 0)
    rebuild(start, now + timedelta(hours=1))
    assert [len(sum_days(2)), len(sum_days(2)), len(sum_days(2))] == [2, 1, 0]
    assert Day.objects.count() == 3
    assert fresh_days(span_of(now.date())) == set()
