"""What people do with their accounts, as the pages' forms send it."""

import re
import time

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from playground.accounts.models import User
from tests.factories import PASSWORD, make_user


def make_person(name: str) -> User:
    person = make_user(name, PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def try_sign_in(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/accounts/login/", {"login": email, "password": password})


def signed_in(person: User) -> Client:
    """A browser of this person, through the sign-in page."""
    client = Client()
    answer = try_sign_in(client, person.email)
    assert (answer.status_code, answer["Location"]) == (302, "/"), answer.content
    return client


def confirm(client: Client) -> None:
    """Enter the password once more, as pages ask before something delicate."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def session_exists(key: str) -> bool:
    return Session.objects.filter(session_key=key).exists()


def link_in(text: str) -> str:
    """The path of the first link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]


def code_of(secret: str, step: int = 0) -> str:
    """What an authenticator app shows, now or `step` half minutes from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


def turn_totp_on(client: Client) -> str:
    """Set up an authenticator app; the secret that it keeps."""
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content
    return secret
