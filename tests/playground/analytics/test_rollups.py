"""The rollups equal what a direct count of the same rows gives, however often they are made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from inference.models import Generation
from playground.analytics.buckets import Spread
from playground.analytics.catching_up import catch_up, mend
from playground.analytics.levels import DIMENSIONS, METRICS
from playground.analytics.models import Histogram, Limits, Rollup, Watermark
from playground.analytics.rollups import RowsAreGone, hour_of, rebuild
from tests.playground.analytics.raw import histograms_of, make_raw, sums_of

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 3, 1, 10, tzinfo=UTC)
SUMS = (
    "requests", "done", "stopped", "interrupted", "failed", "prompt_tokens", "cached_tokens",
    "output_tokens", "busy_us",
)  # fmt: skip


def key(rollup: Rollup) -> tuple[Any, ...]:
    return (rollup.hour, rollup.level, *(getattr(rollup, name) for name in DIMENSIONS))


def kept_sums() -> dict[Any, Any]:
    rows = Rollup.objects.all()
    return {key(row): {name: getattr(row, name) for name in SUMS} for row in rows}


def kept_histograms() -> dict[Any, Any]:
    rows = Histogram.objects.select_related("rollup")
    return {
        (key(row.rollup), metric): dict(Spread.unpacked(kept).items())
        for row in rows
        for metric in METRICS
        if (kept := bytes(getattr(row, metric)))
    }


def counted(rows: list[Generation]) -> dict[Any, Any]:
    return {key: {name: sums[name] for name in SUMS} for key, sums in sums_of(rows).items()}


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_a_direct_count_of_random_rows(seed: int) -> None:
    rows = make_raw(seed, 300, START, 3)
    assert rebuild(START, START + timedelta(hours=3)) == 3
    assert kept_sums() == counted(rows)
    assert kept_histograms() == {k: dict(v) for k, v in histograms_of(rows).items()}


def test_it_changes_nothing_to_do_it_again() -> None:
    make_raw(1, 100, START, 2)
    rebuild(START, START + timedelta(hours=2))
    before = kept_sums(), kept_histograms()
    rebuild(START + timedelta(minutes=30), START + timedelta(hours=2))
    assert (kept_sums(), kept_histograms()) == before


def test_it_counts_as_good_what_kept_to_the_limits_of_its_team() -> None:
    rows = [row for row in make_raw(2, 300, START, 1) if row.team_id == 1]
    Limits.objects.create(team_id=1, ttft_ms=400, e2e_ms=5000)
    rebuild(START, START + timedelta(hours=1))
    good = [
        row for row in rows
        if row.status == "done"
        and row.ttft_us is not None
        and row.ttft_us <= 400_000
        and (row.e2e_us or 0) <= 5_000_000
    ]  # fmt: skip
    assert Rollup.objects.get(level="team", team_id=1).good == len(good)


def test_it_catches_up_from_the_first_row_and_then_from_where_it_was() -> None:
    now = datetime.now(UTC)
    first = make_raw(3, 50, hour_of(now) - timedelta(hours=5), 5)
    assert catch_up() == 6
    assert kept_sums() == counted(first)
    assert Watermark.objects.get().until >= hour_of(now) - timedelta(hours=1)
    late = make_raw(4, 20, hour_of(now), 0)
    assert catch_up() <= 2
    assert kept_sums() == counted([*first, *late])


def test_it_catches_rows_that_came_late() -> None:
    start = hour_of(datetime.now(UTC)) - timedelta(hours=9)
    rows = make_raw(5, 60, start, 9)
    catch_up()
    assert mend() == []
    rows += make_raw(6, 5, start, 1)
    assert mend() == [start]
    assert kept_sums() == counted(rows)


def test_it_keeps_the_sums_of_rows_that_are_gone(settings: Settings) -> None:
    start = hour_of(datetime.now(UTC)) - timedelta(days=40)
    rows = make_raw(7, 40, start, 1)
    rebuild(start, start + timedelta(hours=1))
    settings.GENERATIONS_KEPT_DAYS = 30
    Generation.objects.all().delete()
    with pytest.raises(RowsAreGone):
        rebuild(start, start + timedelta(hours=1))
    mend(start, start + timedelta(hours=2))
    assert kept_sums() == counted(rows)


def test_it_leaves_out_what_was_imported() -> None:
    rows = make_raw(8, 30, START, 1)
    Generation.objects.filter(pk__in=[row.pk for row in rows[:10]]).update(source="import")
    rebuild(START, START + timedelta(hours=1))
    assert kept_sums() == counted(rows[10:])
