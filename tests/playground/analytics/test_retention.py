"""Old generations go, what people did something with stays, and no sum changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from inference.models import Attempt, Generation
from playground.accounts.models import User
from playground.analytics import retention
from playground.analytics.catching_up import catch_up, mend
from playground.analytics.models import Histogram, Rollup, Watermark
from playground.analytics.retention import Removed, remove_old
from playground.analytics.rollups import RowsAreGone, hour_of, rebuild
from playground.compare.models import Comparison, Draft, Session
from playground.discussion.models import Comment
from playground.sharing.models import ShareLink
from tests.factories import Cast, generations_of, make_session
from tests.playground.analytics.raw import make_raw

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=40)


@pytest.fixture(autouse=True)
def _keeps_thirty_days(settings: Settings) -> None:
    settings.GENERATIONS_KEPT_DAYS = 30
    Watermark.objects.create(name="rollups", until=hour_of(NOW))


def old_run(author: User, ended: datetime = OLD, **fields: Any) -> Comparison:
    """A private run of two lanes that ended long ago."""
    session = make_session(author, "A fox in the fog", ("done", "failed"), shared=False)
    for generation in generations_of(session):
        Generation.objects.filter(pk=generation.pk).update(finished_at=ended)
        Attempt.objects.create(generation=generation, number=1, worker="small@here:1")
    session.comparisons.update(**fields)
    return session.comparisons.get()


def test_it_removes_an_old_run_with_all_that_it_is_made_of(cast: Cast) -> None:
    old_run(cast.bob)
    young = old_run(cast.bob, NOW - timedelta(days=29))
    assert remove_old() == Removed(generations=2, runs=1)
    assert list(Comparison.objects.all()) == [young]
    assert list(Session.objects.all()) == [young.session]
    assert Generation.objects.count() == Attempt.objects.count() == 2


def test_it_removes_what_belongs_to_no_run_in_bounded_batches(monkeypatch: Any) -> None:
    make_raw(1, 25, OLD, 5)
    make_raw(2, 5, NOW - timedelta(hours=9), 5)
    monkeypatch.setattr(retention, "BATCH", 10)
    assert remove_old(seconds=0) == Removed(generations=10, finished=False)
    assert remove_old() == Removed(generations=15)
    assert Generation.objects.count() == 5


def pin(run: Comparison) -> None:
    Comparison.objects.filter(pk=run.pk).update(pinned_at=NOW)


def comment(run: Comparison) -> None:
    Comment.objects.create(comparison=run, team=run.team, author=run.author, body="Look.")


def link(run: Comparison) -> None:
    add_link(run, NOW + timedelta(days=1))


def add_link(run: Comparison, expires: datetime) -> None:
    ShareLink.objects.create(
        comparison=run, team=run.team, author=run.author, digest="d" * 64, hint="abcd",
        expires_at=expires,
    )  # fmt: skip


def share(run: Comparison) -> None:
    Comparison.objects.filter(pk=run.pk).update(shared=True)


def name(run: Comparison) -> None:
    Comparison.objects.filter(pk=run.pk).update(name="The good one")


def tag(run: Comparison) -> None:
    Comparison.objects.filter(pk=run.pk).update(tags=["paper"])


def go_on(run: Comparison) -> None:
    """One of its answers is not there yet."""
    first = generations_of(run.session)[0]
    Generation.objects.filter(pk=first.pk).update(status="running", finished_at=None)


def end_lately(run: Comparison) -> None:
    first = generations_of(run.session)[0]
    Generation.objects.filter(pk=first.pk).update(finished_at=NOW)


@pytest.mark.parametrize(
    "touch", [pin, comment, link, share, name, tag, go_on, end_lately], ids=lambda one: one.__name__
)
def test_it_keeps_what_people_did_something_with(
    cast: Cast, touch: Callable[[Comparison], None]
) -> None:
    touch(old_run(cast.bob))
    assert remove_old() == Removed()
    assert Generation.objects.count() == 2


def test_it_keeps_nothing_for_a_link_that_no_longer_opens(cast: Cast) -> None:
    add_link(old_run(cast.bob), NOW - timedelta(days=1))
    assert remove_old().runs == 1


def test_it_keeps_a_session_that_someone_still_writes_in(cast: Cast) -> None:
    run = old_run(cast.bob)
    Draft.objects.create(
        user=cast.bob, team=cast.team, session=run.session, state={}, tab="0" * 8 + "0" * 24
    )
    assert remove_old().runs == 1
    assert list(Session.objects.all()) == [run.session]


def test_it_removes_nothing_unless_told(settings: Settings) -> None:
    make_raw(3, 5, OLD, 1)
    settings.GENERATIONS_KEPT_DAYS = None
    assert remove_old() == Removed()
    assert Generation.objects.count() == 5


@pytest.mark.parametrize("until", [None, OLD - timedelta(days=1)])
def test_it_removes_nothing_that_is_not_summed(until: datetime | None) -> None:
    make_raw(4, 5, OLD, 1)
    Watermark.objects.all().delete()
    if until is not None:
        Watermark.objects.create(name="rollups", until=until)
    assert remove_old() == Removed()
    assert Generation.objects.count() == 5


def sums() -> list[Any]:
    return [
        list(Rollup.objects.order_by("pk").values()),
        [{**row, "ttft": bytes(row["ttft"])} for row in Histogram.objects.order_by("pk").values()],
    ]


@pytest.mark.parametrize("kept", [30, 400, None])
def test_it_never_sums_to_nothing_what_is_gone(settings: Settings, kept: int | None) -> None:
    """Whatever the setting is changed to afterwards."""
    start = hour_of(OLD)
    make_raw(5, 40, start, 2)
    settings.GENERATIONS_KEPT_DAYS = None
    rebuild(start, start + timedelta(hours=2))
    before = sums()
    settings.GENERATIONS_KEPT_DAYS = 30
    assert remove_old().generations == 40
    settings.GENERATIONS_KEPT_DAYS = kept
    with pytest.raises(RowsAreGone):
        rebuild(start, start + timedelta(hours=2))
    assert mend(start - timedelta(days=1), NOW) == []
    Watermark.objects.filter(name="rollups").delete()
    make_raw(6, 1, NOW - timedelta(hours=3), 1)
    pinned = make_raw(7, 1, start, 1)
    catch_up()
    assert [row for row in sums()[0] if row["hour"] < start + timedelta(days=1)] == before[0]
    assert pinned


def run_command(since: date, until: date) -> str:
    words = StringIO()
    call_command("rebuild_usage", str(since), str(until), stdout=words)
    return words.getvalue()


def test_it_sums_days_anew_by_hand_up_to_what_is_gone() -> None:
    day = (timezone.now() - timedelta(days=32)).date()
    words = run_command(day, day + timedelta(days=4))
    assert "are gone: their sums stay." in words
    assert not Rollup.objects.exists()
    make_raw(8, 10, hour_of(NOW - timedelta(days=20)), 1)
    assert "Summed 48 hours." in run_command(
        (NOW - timedelta(days=20)).date(), (NOW - timedelta(days=19)).date()
    )
    assert Rollup.objects.get(level="site").requests == 10
    with pytest.raises(CommandError, match="the first day and then the last"):
        run_command(day, day - timedelta(days=1))
