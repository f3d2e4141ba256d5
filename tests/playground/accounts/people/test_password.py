"""A new password ends every other session: the rows go, so that open sockets can be closed."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.mail import EmailMessage
from django.test import Client

from playground.accounts.models import User
from tests.factories import PASSWORD
from tests.playground.accounts.people.doing import (
    confirm,
    is_in,
    link_in,
    session_exists,
    signed_in,
    try_sign_in,
)

pytestmark = pytest.mark.django_db
NEW = "another lantern in the fog 8"


def test_it_signs_out_everywhere_else_on_a_change(alice: User, bob: User) -> None:
    here, elsewhere, bobs = signed_in(alice), signed_in(alice), signed_in(bob)
    ended = elsewhere.session.session_key
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert not session_exists(str(ended))
    assert (is_in(here), is_in(elsewhere), is_in(bobs)) == (True, False, True)
    assert b"not correct" in try_sign_in(Client(), alice.email).content


def test_it_asks_for_the_old_password(alice: User) -> None:
    form = {"oldpassword": "guess", "password1": NEW, "password2": NEW}
    assert signed_in(alice).post("/accounts/password/change/", form).status_code == 200
    assert try_sign_in(Client(), alice.email)["Location"] == "/"


def test_it_resets_a_forgotten_one_once(
    alice: User, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    elsewhere = signed_in(alice)
    ended = str(elsewhere.session.session_key)
    client.post("/accounts/password/reset/", {"email": alice.email})
    path = link_in(str(mailoutbox[0].body))
    form_at = client.get(path)["Location"]
    assert client.get(form_at).status_code == 200
    client.post(form_at, {"password1": NEW, "password2": NEW})
    assert not session_exists(ended)
    assert not UserSession.objects.exists()
    assert not is_in(elsewhere)
    assert try_sign_in(client, alice.email, NEW)["Location"] == "/"
    assert b"no longer works" in Client().get(path).content


def test_it_does_not_tell_whether_there_is_an_account(
    alice: User, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    known = client.post("/accounts/password/reset/", {"email": alice.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert [mail.to for mail in mailoutbox] == [[alice.email], ["nobody@example.com"]]


def test_it_limits_how_often_a_reset_is_asked_for(client: Client) -> None:
    form = {"email": "nobody@example.com"}
    answers = [client.post("/accounts/password/reset/", form).status_code for _ in range(6)]
    assert answers[:5] == [302] * 5
    assert (
        answers[5] == 429 or b"Too many" in client.post("/accounts/password/reset/", form).content
    )


def test_it_limits_how_often_it_is_confirmed(alice: User) -> None:
    client = signed_in(alice)
    form = {"password": "guess"}
    answers = [client.post("/accounts/reauthenticate/", form).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    with pytest.raises(AssertionError):
        confirm(client)
