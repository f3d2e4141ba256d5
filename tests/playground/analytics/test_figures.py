"""What the pages read equals a count of the rows, however it is narrowed and split."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inference.models import Generation
from playground.analytics.figures import Sums, merged, ms, people, spreads, sums, total
from playground.analytics.periods import Span
from playground.analytics.rollups import hours, rebuild
from playground.analytics.scopes import Scope, level_for
from tests.playground.analytics.raw import make_raw

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 3, 1, 10, tzinfo=UTC)
SPAN = Span(START, START + timedelta(hours=3))
SCOPES = (
    Scope(), Scope(profile="small"), Scope(source="api"), Scope(team=1), Scope(team=1, user=2),
    Scope(team=2, user=0), Scope(team=1, profile="draft"), Scope(team=3, user=1, source="browser"),
    Scope(team=1, key=0), Scope(team=1, key=5), Scope(team=9),
)  # fmt: skip


def of(scope: Scope, rows: list[Generation]) -> list[Generation]:
    def fits(row: Generation) -> bool:
        return (
            scope.team in (None, row.team_id)
            and scope.user in (None, row.user_id or 0)
            and scope.key in (None, 0)
            and scope.profile in (None, row.profile)
            and scope.source in (None, row.source)
        )

    return [row for row in rows if fits(row)]


@pytest.fixture
def rows() -> list[Generation]:
    made = make_raw(11, 400, START, 3)
    rebuild(SPAN.start, SPAN.end)
    return made


def test_it_equals_a_count_for_each_scope(rows: list[Generation]) -> None:
    for scope in SCOPES:
        found, counted = total(scope, SPAN), of(scope, rows)
        assert found.requests == len(counted), scope
        assert found.errors == sum(row.status in ("failed", "interrupted") for row in counted)
        assert found.output_tokens == sum(row.output_tokens or 0 for row in counted)
        assert people(scope, SPAN) == len({row.user_id for row in counted} - {None}), scope


def test_it_splits_by_columns_and_by_place(rows: list[Generation]) -> None:
    places = {hour: number for number, hour in enumerate(hours(SPAN.start, SPAN.end))}
    found = sums(Scope(team=1), SPAN, ("user_id",), places)
    assert len(found) > 6
    for (user, place), row in found.items():
        start = START + timedelta(hours=place)
        counted = [
            one for one in of(Scope(team=1, user=user), rows)
            if one.finished_at is not None and start <= one.finished_at < start + timedelta(hours=1)
        ]  # fmt: skip
        assert row.requests == len(counted)


def nearest_rank(values: list[float], part: float) -> float:
    return sorted(values)[max(1, math.ceil(part * len(values))) - 1]


def test_it_finds_percentiles_within_one_percent(rows: list[Generation]) -> None:
    for scope in SCOPES:
        values = [float(row.ttft_us) for row in of(scope, rows) if row.ttft_us is not None]
        spread = spreads(scope, SPAN, ("ttft", "queue"))
        for part in (0.5, 0.95, 0.99):
            found = ms(merged(spread, "ttft"), part)
            if not values:
                assert found is None
                continue
            assert found == pytest.approx(nearest_rank(values, part) / 1000, rel=0.0101)


@pytest.mark.parametrize(
    ("columns", "level"),
    [
        ((), "site"), (("profile",), "site_profile"), (("team_id",), "team"),
        (("user_id",), "team_user"), (("team_id", "profile"), "team_profile"),
        (("source",), "site_source"), (("team_id", "source"), "team_source"),
        (("user_id", "profile"), "finest"), (("profile", "source"), "site_profile_source"),
    ],
)  # fmt: skip
def test_it_reads_the_coarsest_level_that_answers(columns: Any, level: str) -> None:
    assert level_for(columns)[0] == level


def test_it_divides_nothing_by_nothing() -> None:
    nothing = Sums()
    assert nothing.error_rate is nothing.goodput is nothing.cached_share is None
