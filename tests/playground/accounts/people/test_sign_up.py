"""Signing up: the address is confirmed, and one that is taken is never taken twice."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from playground.accounts.models import User
from tests.factories import PASSWORD
from tests.playground.accounts.people.doing import is_in, link_in, try_sign_in

pytestmark = pytest.mark.django_db
FORM = {"email": "Dora@Example.com", "password1": PASSWORD}


@pytest.fixture(params=["mandatory", "optional"])
def verification(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.ACCOUNT_EMAIL_VERIFICATION = request.param
    return str(request.param)


def test_it_lets_nobody_in_before_the_address_is_confirmed(
    client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert client.post("/accounts/signup/", FORM)["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    path = link_in(str(mailoutbox[0].body))
    assert b"dora@example.com" in client.get(path).content
    client.post(path)
    assert try_sign_in(client, "dora@example.com")["Location"] == "/"
    assert is_in(client)


def test_it_lets_people_in_at_once_where_no_mail_reaches_them(
    client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    assert client.post("/accounts/signup/", FORM)["Location"] == "/"
    assert is_in(client)
    assert b"Not confirmed" in client.get("/accounts/email/").content
    client.post(link_in(str(mailoutbox[0].body)))
    assert b"Not confirmed" not in client.get("/accounts/email/").content


def test_it_makes_no_second_account_with_an_address(
    alice: User, client: Client, verification: str, mailoutbox: list[EmailMessage]
) -> None:
    answer = client.post("/accounts/signup/", {**FORM, "email": "ALICE@example.com"})
    assert User.objects.count() == 1
    assert not is_in(client)
    if verification == "optional":
        assert b"Sign in, or reset" in answer.content
        assert b"ALICE@example.com" in answer.content  # what was typed stays
    else:  # who is not its owner does not learn that there is an account
        assert answer["Location"] == "/accounts/confirm-email/"
        assert mailoutbox[0].subject == "You have an account already"


@pytest.mark.parametrize("password", ["12345678", "short", "password1", "dora@example.com"])
def test_it_refuses_a_weak_password(client: Client, password: str, db: None) -> None:
    answer = client.post("/accounts/signup/", {**FORM, "password1": password})
    assert answer.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["", "no at", "a\0@example.com", "a" * 400 + "@example.com"])
def test_it_says_that_an_address_is_none(client: Client, email: str) -> None:
    answer = client.post("/accounts/signup/", {**FORM, "email": email})
    assert answer.status_code == 200
    assert b"field-error" in answer.content
    assert not User.objects.exists()


def test_it_outlives_a_mail_server_that_is_down(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post("/accounts/signup/", FORM, follow=True)
    assert answer.status_code == 200
    assert b"could not send an email" in answer.content
