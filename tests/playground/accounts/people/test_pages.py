"""Every page of the account stands in the product's frame, works without scripts of its own in
the markup, and is the person's alone."""

import re

import pytest
from django.test import Client

from playground.accounts.models import User
from tests.playground.accounts.people.doing import confirm, signed_in, turn_totp_on

pytestmark = pytest.mark.django_db
PAGES = (
    "/account/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/", "/accounts/sessions/", "/accounts/3rdparty/",
    "/account/data/", "/account/delete/",
)  # fmt: skip
INLINE = re.compile(
    r"<script(?![^>]*(src=|application/json))|\son\w+=|\sstyle=|<style", re.IGNORECASE
)


def test_it_shows_each_in_the_frame(alice: User) -> None:
    client = signed_in(alice)
    turn_totp_on(client)
    confirm(client)
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200, path
        text = page.content.decode()
        assert 'class="account-page"' in text, path
        assert not INLINE.search(text), (path, INLINE.search(text))


@pytest.mark.parametrize("path", PAGES)
def test_it_sends_strangers_to_the_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert re.match(r"/accounts/(login|reauthenticate)/", answer["Location"])


def test_it_stores_a_name_and_shows_it_plainly(alice: User) -> None:
    client = signed_in(alice)
    client.post("/account/", {"full_name": "  <b>Alice</b> de la Fuente "})
    alice.refresh_from_db()
    assert alice.shown_name == "<b>Alice</b> de la Fuente"
    assert b"<b>Alice" not in client.get("/account/").content


@pytest.mark.parametrize("name", ["x" * 151, "a\0b"])
def test_it_refuses_a_name_that_is_none(alice: User, name: str) -> None:
    client = signed_in(alice)
    page = client.post("/account/", {"full_name": name})
    assert page.status_code == 200
    assert b"field-error" in page.content
    alice.refresh_from_db()
    assert alice.first_name == ""
