"""A week goes from Monday to Sunday where the person is, and is reported from Monday at eight."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from playground.reports.weeks import newest_due, next_after, sunday_of

MONDAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("zone", "moment", "week"),
    [
        ("UTC", (11, 16, 7, 59), date(2026, 11, 2)),
        ("UTC", (11, 16, 8, 0), MONDAY),
        ("UTC", (11, 22, 23, 59), MONDAY),
        ("Pacific/Auckland", (11, 15, 19, 0), MONDAY),
        ("Pacific/Auckland", (11, 15, 18, 59), date(2026, 11, 2)),
        ("America/Los_Angeles", (11, 16, 15, 59), date(2026, 11, 2)),
        ("America/Los_Angeles", (11, 16, 16, 0), MONDAY),
        ("Europe/Berlin", (3, 30, 6, 0), date(2026, 3, 23)),
    ],
)
def test_it_is_due_by_the_persons_clock(
    zone: str, moment: tuple[int, int, int, int], week: date
) -> None:
    assert newest_due(ZoneInfo(zone), datetime(2026, *moment, tzinfo=UTC)) == week


def test_it_knows_its_days() -> None:
    assert sunday_of(MONDAY) == date(2026, 11, 15)
    assert next_after(MONDAY) == date(2026, 11, 23)
