"""The list of sessions: newest first, a page at a time, and searchable."""

import base64

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.compare.history import PAGE, sessions_of
from playground.compare.models import Session
from tests.factories import Cast, make_session, membership_of

pytestmark = pytest.mark.django_db(transaction=True)
ANYTHING = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def test_it_pages_through_all_of_them_once(cast: Cast) -> None:
    made = [
        Session.objects.create(team=cast.team, author=cast.alice, title=f"Session {n}")
        for n in range(2 * PAGE + 5)
    ]
    Session.objects.filter(pk__in=[s.pk for s in made[:PAGE]]).update(updated_at=made[0].updated_at)
    seen, before = [], None
    for _ in range(3):
        page = sessions_of(membership_of(cast.alice), before=before)
        seen += [session.pk for session in page.sessions]
        before = page.before
    assert before is None
    assert seen == [s.pk for s in reversed(made[PAGE:])] + [s.pk for s in reversed(made[:PAGE])]


def test_it_finds_words_and_parts_of_words(cast: Cast) -> None:
    make_session(cast.alice, "Stories about a fox")
    make_session(cast.alice, "What is KV caching?")
    make_session(cast.charlie, "A fox of another team")
    for search, title in (
        ("story", "Stories about a fox"), ("fox", "Stories about a fox"),
        ("KV cach", "What is KV caching?"), ("CACHING", "What is KV caching?"),
    ):  # fmt: skip
        found = sessions_of(membership_of(cast.alice), search=search).sessions
        assert [session.title for session in found] == [title], search
    assert len(sessions_of(membership_of(cast.alice), search="").sessions) == 2
    assert not sessions_of(membership_of(cast.alice), search="owl").sessions


@given(search=st.text(max_size=60))
@settings(max_examples=60, suppress_health_check=ANYTHING, deadline=None, database=None)
def test_it_takes_any_search(cast: Cast, search: str) -> None:
    sessions_of(membership_of(cast.alice), search=search)


@given(before=st.text(max_size=60) | st.binary(max_size=60).map(
    lambda raw: base64.urlsafe_b64encode(raw).decode()))  # fmt: skip
@settings(max_examples=60, suppress_health_check=ANYTHING, deadline=None, database=None)
def test_it_takes_any_place(cast: Cast, before: str) -> None:
    sessions_of(membership_of(cast.alice), before=before)


@pytest.mark.parametrize(
    "place",
    [
        '["2026-01-01T00:00:00+00:00", 1e999]', '["0001-01-01T00:00:00+14:00", 1]',
        '["9999-12-31T23:59:59-14:00", 1]', '["2026-01-01", -99999999999999999999999]',
        '["2026-01-01T00:00:00", 5]', "[" * 9000, '{"a": 1, "b": 2}', "[null, null]", '["", true]',
    ],
)  # fmt: skip
def test_it_survives_made_up_places(cast: Cast, client: Client, place: str) -> None:
    client.force_login(cast.alice)
    before = base64.urlsafe_b64encode(place.encode()).decode()
    answer = client.get("/sessions/", {"before": before}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
