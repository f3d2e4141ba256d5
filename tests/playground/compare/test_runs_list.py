"""The list of runs: whose, in which order, a page at a time, and what each row shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from playground.compare.history import runs as history_runs
from playground.compare.history.filters import Filters
from playground.compare.history.runs import PAGE, RunPage, TooSlow, runs_of
from playground.compare.models import Comparison
from tests.factories import Cast, make_session, membership_of
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)


def titles(client: Client, **query: str) -> str:
    answer = client.get("/runs/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_what_is_shared_and_ones_own(cast: Cast, client: Client) -> None:
    ended_run(cast.alice, "Alices shared fox")
    ended_run(cast.alice, "Alices private owl", shared=False)
    ended_run(cast.charlie, "Charlies fox")
    for person, seen in (
        (cast.alice, (True, True, False)), (cast.bob, (True, False, False)),
        (cast.vera, (True, False, False)), (cast.charlie, (False, False, True)),
    ):  # fmt: skip
        client.force_login(person)
        for query in ({}, {"q": "fox or owl"}, {"q": "Alices"}, {"exact": "on", "q": "s "}):
            page = titles(client, **query)
            if query.get("q") in (None, "fox or owl"):
                shown = tuple(words in page for words in (
                    "Alices shared fox", "Alices private owl", "Charlies fox"))  # fmt: skip
                assert shown == seen, (person, query)
            assert ("private owl" in page) <= seen[1]


def pages(cast: Cast, filters: Filters) -> list[RunPage]:
    me, before, found = membership_of(cast.alice), None, []
    while True:
        found.append(runs_of(me, filters, before))
        before = found[-1].before
        if before is None:
            return found


@pytest.mark.parametrize("filters", [Filters(), Filters(words="fox"), Filters(words="fox_hole")])
def test_it_pages_through_all_of_them_once(cast: Cast, filters: Filters) -> None:
    made = [make_session(cast.alice, "A fox_hole", ["done"]) for _ in range(2 * PAGE + 5)]
    ids = [session.comparisons.get().pk for session in made]
    Comparison.objects.filter(pk__in=ids[:PAGE]).update(created_at=timezone.now())
    while history_runs_digest():
        pass
    expected = list(Comparison.objects.order_by("-created_at", "-id").values_list("id", flat=True))
    found = pages(cast, filters)
    assert [id for page in found for id in page.ids] == expected
    assert len(found) == 3


def history_runs_digest() -> int:
    from playground.compare.digest import digest

    return digest()


def test_it_finds_what_lies_far_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_runs, "NEAR", 2)
    old = ended_run(cast.alice, "A heron")
    Comparison.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=300))
    for _ in range(5):
        ended_run(cast.alice, "A fox")
    assert list(runs_of(membership_of(cast.alice), Filters(words="heron")).ids) == [old.pk]
    assert list(runs_of(membership_of(cast.alice), Filters(words="A heron", exact=True)).ids) == [
        old.pk
    ]


def test_it_goes_on_looking_for_code_page_by_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_runs, "MAX_HELD", 2)
    wanted = ended_run(cast.alice, "fn(a, b)")
    for _ in range(5):
        ended_run(cast.alice, "a fn, b")
    found = pages(cast, Filters(words="fn(a, b)"))
    assert [id for page in found for id in page.ids] == [wanted.pk]
    assert len(found) > 1


def test_it_gives_up_a_search_that_takes_too_long(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_run(cast.alice, "A fox")
    monkeypatch.setattr(history_runs, "TIMEOUT_MS", 1)
    monkeypatch.setattr(history_runs, "_page", lambda *_: connection.cursor().execute(
        "SELECT pg_sleep(5)"))  # fmt: skip
    with pytest.raises(TooSlow):
        runs_of(membership_of(cast.alice), Filters(words="fox"))
    client.force_login(cast.alice)
    assert "looks through too much" in titles(client, q="fox")


def test_it_takes_as_many_queries_for_many_runs_as_for_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    ended_run(cast.alice)
    titles(client)
    with CaptureQueriesContext(
        connection,
    ) as one:
        titles(client)
    for _ in range(6):
        ended_run(cast.alice, answers=["one", "two"])
    with CaptureQueriesContext(connection) as many:
        titles(client)
    assert len(many) == len(one)
    assert not any('"token_ids"' in query["sql"] for query in many)


def test_it_shows_what_belongs_to_a_run(cast: Cast, client: Client) -> None:
    ended_run(
        cast.bob, "A fox", ["One", "Two"], name="Baseline", tags=["release 2"],
        figures={"ttft_us": 123_000, "e2e_us": 1_234_000, "output_tokens": 700},
    )  # fmt: skip
    client.force_login(cast.alice)
    page = titles(client)
    for words in ("Baseline", "A fox", "release 2", "?tag=release%202", "bob", "123 ms", "1.23 s",
                  "1,400", "One", "Two"):  # fmt: skip
        assert words in page, words


def test_it_says_that_there_are_none(cast: Cast, client: Client) -> None:
    client.force_login(cast.vera)
    assert "No runs yet" in titles(client)
    assert "No run matches" in titles(client, q="fox")


def test_it_asks_for_the_next_part(cast: Cast, client: Client) -> None:
    for _ in range(PAGE + 1):
        make_session(cast.alice, "A fox", ["done"])
    client.force_login(cast.alice)
    page = titles(client, tag="", status="")
    assert page.count('class="row run"') == PAGE
    assert "before=" in page
