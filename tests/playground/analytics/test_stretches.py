"""Whole days and weeks: the same figures as from the hours, and never older than they are."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from playground.analytics.figures import people, places_of, spreads, sums, whole_hours
from playground.analytics.models import Stretch, Summed
from playground.analytics.parts import by_day, parts_of, whole_days
from playground.analytics.periods import Span, between
from playground.analytics.rollups import HOUR, rebuild
from playground.analytics.scopes import Scope
from playground.analytics.stretches import Piece, one_look, sum_stretches, summing
from tests.playground.analytics.raw import make_raw

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 3, 14, tzinfo=UTC)  # a Saturday; clocks change in Berlin on the 29th
END = START + timedelta(days=18)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SCOPES = (
    Scope(),
    Scope(team=1),
    Scope(user=1),
    Scope(team=2, user=1),
    Scope(source="api"),
    Scope(profile="small"),
    Scope(user=1, profile="small"),
    Scope(team=1, profile="small", source="api"),
    Scope(key=0, profile="draft"),
)


def every_figure(zone: str) -> list[Any]:
    """By day, by column, and altogether, over days that begin in the middle of UTC ones."""
    period = between(date(2026, 3, 15), date(2026, 3, 30), ZoneInfo(zone), LATER)
    places, whole = places_of(period), Span(START + timedelta(hours=5), END)
    return [
        found
        for scope in SCOPES
        for found in (
            spreads(scope, period.span, ("ttft", "itl"), (), places),
            spreads(scope, period.span, ("e2e",), ("profile",)),
            spreads(scope, whole, ("tpot",)),
            sums(scope, whole, ("user_id",)),
            sums(scope, period.span, ("team_id",), places),
            sums(scope, period.span, ("user_id",), places, (1, 2)),
            sums(scope, period.span, ("key_id",), places, (0,)),
            spreads(scope, whole, ("ttft",), ("user_id",), among=(1, 2)),
            spreads(scope, whole, ("itl",), ("key_id",)),
            people(scope, whole),
        )
    ]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"])
def test_it_reads_the_same_from_days_and_weeks_as_from_hours(zone: str) -> None:
    make_raw(21, 300, START, 18 * 24)
    rebuild(START, END)
    from_hours = every_figure(zone)
    assert all(from_hours)
    assert [piece.days for piece in sum_stretches(20)] == [1] * 18 + [7] * 4
    assert every_figure(zone) == from_hours


def test_it_reads_few_hours_beside_days_and_weeks() -> None:
    period = between(date(2026, 5, 1), date(2026, 5, 30), ZoneInfo("Europe/Berlin"), LATER)
    every = whole_hours(period.span)
    days = {Piece(hour.date(), 1) for hour in every}
    weeks = {Piece(date(2026, 5, 4) + timedelta(weeks=number), 7) for number in range(4)}
    daily = parts_of(by_day(places_of(period)), days | weeks)
    assert len(daily.stretches) == 29
    assert len(daily.hours) == 29 * 2 * 2 + 2 + 22
    whole = parts_of(whole_days(period.span.start, period.span.end), days | weeks)
    assert sum(piece.days == 7 for piece, _ in whole.stretches) == 3
    assert len(whole.stretches) == 3 + 29 - 21
    assert len(whole.hours) == 2 + 22


def test_it_no_longer_trusts_a_day_of_which_an_hour_changed() -> None:
    monday = datetime(2026, 3, 16, tzinfo=UTC)
    make_raw(22, 200, monday, 7 * 24)
    rebuild(monday, monday + timedelta(days=7))
    sum_stretches(7)
    span = Span(START, END)
    week = {Piece(monday.date() + timedelta(days=number), 1) for number in range(7)}
    assert summing(span).pieces == week | {Piece(monday.date(), 7)}
    make_raw(23, 1, monday + 3 * HOUR, 0)
    rebuild(monday + 3 * HOUR, monday + 4 * HOUR)
    assert summing(span).pieces == week - {Piece(monday.date(), 1)}
    ((_, whole),) = spreads(Scope(), span, ("e2e",)).items()
    assert whole.total() == 201
    assert sum_stretches() == [Piece(monday.date(), 1), Piece(monday.date(), 7)]
    assert spreads(Scope(), span, ("e2e",)) == {("e2e",): whole}


def test_it_sums_a_few_days_at_a_time_and_never_today() -> None:
    now = datetime.now(UTC)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    make_raw(24, 200, start, 72)
    make_raw(25, 1, now - timedelta(minutes=1), 0)
    rebuild(start, now + HOUR)
    assert [sum(piece.days == 1 for piece in sum_stretches(2)) for _ in range(3)] == [2, 1, 0]
    assert Summed.objects.filter(days=1).count() == 3
    assert not Stretch.objects.filter(first_day__gte=now.date()).exists()


def test_the_parts_of_a_page_read_the_same_days(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_raw(24, 20, START, 48)
    rebuild(START, START + timedelta(days=2))
    span = Span(START, START + timedelta(days=2))
    sum_stretches()
    with one_look():
        before = summing(span)
        Summed.objects.all().delete()
        with django_assert_num_queries(0):
            assert summing(span) == before
    assert before.pieces
    assert not summing(span).pieces
