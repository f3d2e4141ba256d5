"""The rest of a month lasts as long as the last seven days say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from playground.quotas.burn_down import Month
from playground.quotas.forecast import forecast
from playground.quotas.months import renewal_after
from playground.quotas.usage import Usage

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
RENEWS = renewal_after(NOW)
EVEN = {date(2026, 11, day): 700 for day in range(1, 11)}


def test_it_runs_out_on_a_straight_line() -> None:
    found = forecast(EVEN, 3500, NOW, RENEWS)
    assert (found.a_day, found.runs_out) == (700, NOW + timedelta(days=5))


def test_it_lasts_until_it_renews() -> None:
    assert forecast(EVEN, 700 * 21, NOW, RENEWS).runs_out is None
    assert forecast({}, 1, NOW, RENEWS).runs_out is None


def test_it_is_used_up() -> None:
    assert forecast(EVEN, 0, NOW, RENEWS).runs_out == NOW
    assert forecast({}, 0, NOW, RENEWS).runs_out == NOW


def test_it_looks_at_seven_whole_days() -> None:
    """Neither today nor what was before; days without anything count."""
    used = {date(2026, 11, 10): 10**9, date(2026, 11, 2): 10**9, date(2026, 11, 5): 70}
    assert forecast(used, 10**6, NOW, RENEWS).a_day == 10


def month(limit: int | None) -> Month:
    usage = Usage(sum(EVEN.values()), 0)
    return Month(NOW, limit, None, usage, EVEN)


def test_the_drawing_goes_down_to_now_and_on() -> None:
    rows = [row.cells for row in month(10_000).table().rows]
    assert len(rows) == 30
    left, ahead = [row[2] for row in rows], [row[3] for row in rows]
    assert left[:10] == [10_000 - 700 * day for day in range(1, 11)]
    assert left[10:] == [None] * 20
    assert ahead[:9] == [None] * 9
    assert ahead[9:12] == [3000, pytest.approx(3000 - 700 * 1.5), pytest.approx(3000 - 700 * 2.5)]
    assert ahead[-1] == 0


def test_without_a_limit_there_is_nothing_to_run_out() -> None:
    found = month(None)
    assert (found.left, found.share, found.forecast.runs_out) == (None, None, None)
    assert {row.cells[2:] for row in found.table().rows} == {(None, None)}
