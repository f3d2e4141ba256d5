"""A month's tokens are the same whether they are read from sums, from rows, or from both."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from inference.models import Generation
from playground.analytics.models import Watermark
from playground.analytics.rollups import HOUR, hour_of, rebuild
from playground.quotas.months import month_of, renewal_after
from playground.quotas.usage import usage_of, used_by_day
from tests.playground.analytics.raw import make_raw

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 20, 12, 30, tzinfo=UTC)
START = datetime(2026, 6, 28, tzinfo=UTC)
HOURS = int((NOW - START) / HOUR)


def tokens_of(rows: list[Generation]) -> Counter[tuple[int, str]]:
    """By team and UTC day, counted one row at a time."""
    found: Counter[tuple[int, str]] = Counter()
    for row in rows:
        assert row.finished_at is not None
        tokens = (row.prompt_tokens or 0) + (row.output_tokens or 0)
        found[row.team_id, row.finished_at.date().isoformat()] += tokens
    return found


@pytest.mark.parametrize("summed_hours", [0, 1, HOURS // 2, HOURS - 1])
def test_it_counts_each_row_once(summed_hours: int) -> None:
    rows = make_raw(5, 400, START, HOURS)
    until = START + summed_hours * HOUR
    if summed_hours:
        rebuild(START, until)
        Watermark.objects.create(name="rollups", until=until)
    expected = tokens_of(rows)
    for team in (1, 2, 3):
        by_day = {day.isoformat(): count for day, count in used_by_day(team, START.date()).items()}
        mine = {day: count for (owner, day), count in expected.items() if owner == team}
        assert {day: count for day, count in by_day.items() if count} == {
            day: count for day, count in mine.items() if count
        }
        this_month = sum(count for day, count in mine.items() if day >= "2026-07-01")
        assert usage_of(team, NOW).used == this_month


def test_it_does_not_count_an_hour_twice_that_is_summed_ahead() -> None:
    """The hour that runs is summed each minute, and read from its rows all the same."""
    now = timezone.now()
    rows = make_raw(6, 50, hour_of(now), 1)
    rebuild(hour_of(now), now)
    Watermark.objects.create(name="rollups", until=hour_of(now))
    expected = sum(tokens_of([row for row in rows if row.team_id == 1]).values())
    assert usage_of(1).used == expected


def test_months_are_those_of_the_calendar_in_utc() -> None:
    late = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert month_of(late) == datetime(2026, 12, 1, tzinfo=UTC)
    assert renewal_after(late) == datetime(2027, 1, 1, tzinfo=UTC)
    assert renewal_after(late + timedelta(minutes=1)) == datetime(2027, 2, 1, tzinfo=UTC)
    assert renewal_after(datetime(2028, 1, 31, tzinfo=UTC)) == datetime(2028, 2, 1, tzinfo=UTC)
