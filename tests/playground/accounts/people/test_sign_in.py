"""Signing in: a new session key, and only so many attempts."""

import pytest
from django.test import Client

from playground.accounts.models import User
from tests.factories import PASSWORD
from tests.playground.accounts.people.doing import is_in, session_exists, try_sign_in

pytestmark = pytest.mark.django_db


def test_it_changes_the_session_key(alice: User, client: Client) -> None:
    """Whoever planted a key in a browser before the sign-in holds nothing after it."""
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    try_sign_in(client, alice.email)
    assert is_in(client)
    assert client.session.session_key != before
    assert not session_exists(str(before))


def test_it_stops_guessing_at_one_account(alice: User, client: Client) -> None:
    for _ in range(5):
        assert b"not correct" in try_sign_in(client, alice.email, "guess").content
    answer = try_sign_in(client, alice.email)
    assert b"Wait five minutes" in answer.content
    assert not is_in(client)


def test_it_stops_guessing_from_one_place(client: Client) -> None:
    for number in range(30):
        try_sign_in(client, f"{number}@example.com", "guess")
    answer = try_sign_in(client, "another@example.com", "guess")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert b"Wait a minute" in answer.content


def test_it_says_the_same_of_a_wrong_password_and_an_unknown_address(
    alice: User, client: Client
) -> None:
    wrong = try_sign_in(client, alice.email, "guess").context["form"].errors
    unknown = try_sign_in(client, "nobody@example.com", "guess").context["form"].errors
    assert wrong == unknown != {}


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_it_goes_on_to_our_own_pages_only(alice: User, client: Client, target: str) -> None:
    form = {"login": alice.email, "password": PASSWORD, "next": target}
    assert client.post("/accounts/login/", form)["Location"] == "/"


def test_it_sends_staff_through_the_same_door(alice: User, client: Client) -> None:
    """The staff pages' own sign-in would know no second factor and no limits."""
    answer = client.get("/staff/login/?next=/staff/")
    assert answer["Location"] == "/accounts/login/?next=%2Fstaff%2F"
    assert client.post("/staff/login/", {"username": alice.email}).status_code == 302
