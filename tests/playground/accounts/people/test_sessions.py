"""Where a person is signed in, seen and ended from their account."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from playground.accounts.models import User
from tests.playground.accounts.people.doing import is_in, session_exists, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_it_lists_ones_own(alice: User, bob: User) -> None:
    here, elsewhere = signed_in(alice), signed_in(alice)
    signed_in(bob)
    elsewhere.get("/account/", headers={"User-Agent": FIREFOX})
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    elsewhere.get("/account/", headers={"User-Agent": FIREFOX})
    page = here.get(PAGE)
    assert page.content.count(b'class="row"') == 2
    assert b"Firefox on Linux" in page.content
    assert page.content.count(b"This browser") == 1
    assert str(elsewhere.session.session_key).encode() not in page.content


def test_it_ends_one(alice: User) -> None:
    here, elsewhere, third = signed_in(alice), signed_in(alice), signed_in(alice)
    key = str(elsewhere.session.session_key)
    assert here.post(f"/account/sessions/{row_of(elsewhere).pk}/end/")["Location"] == PAGE
    assert not session_exists(key)
    assert [is_in(client) for client in (here, elsewhere, third)] == [True, False, True]


def test_it_ends_all_others(alice: User, bob: User) -> None:
    here, elsewhere, bobs = signed_in(alice), signed_in(alice), signed_in(bob)
    here.post(PAGE)
    assert [is_in(client) for client in (here, elsewhere, bobs)] == [True, False, True]


def test_it_ends_none_of_somebody_else(alice: User, bob: User) -> None:
    here, bobs = signed_in(alice), signed_in(bob)
    assert here.post(f"/account/sessions/{row_of(bobs).pk}/end/").status_code == 404
    assert here.post("/account/sessions/99999999999/end/").status_code == 404
    assert is_in(bobs)


def test_it_notes_when_a_session_was_used(alice: User) -> None:
    client = signed_in(alice)
    long_ago = timezone.now() - timedelta(days=1)
    UserSession.objects.update(last_seen_at=long_ago)
    is_in(client)
    seen = row_of(client).last_seen_at
    assert seen > long_ago
    is_in(client)
    assert row_of(client).last_seen_at == seen  # written every few minutes, not at each page


def test_it_lists_those_that_came_by_another_door(alice: User, client: Client) -> None:
    client.force_login(alice)
    assert b"This browser" in client.get(PAGE).content
