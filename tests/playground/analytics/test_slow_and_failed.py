"""The slowest and the failed, with a link to those runs that the person may open."""

from datetime import timedelta
from typing import Any

import pytest

from inference.models import Generation
from playground.accounts.models import User
from tests.factories import Cast, generations_of, make_session
from tests.playground.analytics.asked import an_hour_ago, asked, ended, summed, table

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "the canary sings at noon"


def failed_run(author: User, shared: bool) -> str:
    session = make_session(author, SECRET, shared=shared)
    (generation,) = generations_of(session)
    Generation.objects.filter(pk=generation.pk).update(
        status="failed", error=f"Could not: {SECRET}", finished_at=an_hour_ago(), e2e_us=1000
    )
    return f"/sessions/{session.public_id}/runs/1/"


def test_it_finds_the_slowest_of_all(cast: Cast) -> None:
    for number in range(60):
        at = an_hour_ago() - timedelta(hours=number % 20)
        ended(cast.team, cast.bob, e2e_us=(number + 1) * 100_000, finished_at=at)
    ended(cast.team, cast.bob, e2e_us=None)
    summed()
    rows = table(cast.alice, "/usage/requests/", "slowest")
    assert [row["e2e"] for row in rows] == [(60 - number) * 100 for number in range(25)]


def test_it_finds_the_newest_that_failed(cast: Cast) -> None:
    for number in range(30):
        at = an_hour_ago() - timedelta(minutes=number * 20)
        status = ("failed", "interrupted")[number % 2]
        ended(cast.team, cast.bob, status=status, finished_at=at)
        ended(cast.team, cast.bob, finished_at=at)
    summed()
    rows = table(cast.alice, "/usage/requests/", "failed")
    assert len(rows) == 25
    times = [row["at"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert {row["status"] for row in rows} == {"Failed", "Interrupted"}


def test_it_leads_to_a_run_only_where_it_is_shared(cast: Cast) -> None:
    mine, shared = failed_run(cast.alice, False), failed_run(cast.bob, True)
    private = failed_run(cast.bob, False)
    summed()
    page = asked(cast.alice, "/usage/requests/").content.decode()
    assert mine in page
    assert shared in page
    assert private not in page
    rows = table(cast.alice, "/usage/requests/", "failed")
    assert sorted(row["error"] for row in rows) == ["", *[f"Could not: {SECRET}"] * 2]


def test_it_shows_staff_no_words_of_other_teams(cast: Cast) -> None:
    run = failed_run(cast.alice, True)
    User.objects.filter(pk=cast.charlie.pk).update(is_staff=True)
    summed()
    page: Any = asked(cast.charlie, "/usage/site/requests/")
    assert b"alice@example.com" in page.content
    assert run.encode() not in page.content
    assert SECRET.encode() not in page.content
