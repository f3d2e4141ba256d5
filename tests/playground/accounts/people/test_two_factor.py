"""An authenticator app and recovery codes; what they change ends other sessions."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from playground.accounts.models import User
from tests.playground.accounts.people.doing import (
    code_of,
    confirm,
    is_in,
    session_exists,
    signed_in,
    try_sign_in,
    turn_totp_on,
)

pytestmark = pytest.mark.django_db(transaction=True)  # what ends sessions waits for the commit
CODE = "/accounts/2fa/authenticate/"


def recovery_codes(person: User) -> list[str]:
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    return list(codes.get_unused_codes())


def test_it_asks_for_a_code_after_the_password(alice: User, client: Client) -> None:
    secret = turn_totp_on(signed_in(alice))
    assert try_sign_in(client, alice.email)["Location"] == CODE
    assert not is_in(client)
    assert b"not correct" in client.post(CODE, {"code": "000000"}).content
    client.post(CODE, {"code": code_of(secret, step=1)})
    assert is_in(client)


def test_it_takes_a_code_once(alice: User) -> None:
    secret = turn_totp_on(signed_in(alice))
    code = code_of(secret, step=1)
    for expected in (True, False):
        client = Client()
        try_sign_in(client, alice.email)
        client.post(CODE, {"code": code})
        assert is_in(client) is expected


def test_it_takes_a_recovery_code_once(alice: User) -> None:
    turn_totp_on(signed_in(alice))
    [code, *rest] = recovery_codes(alice)
    for expected in (True, False):
        client = Client()
        try_sign_in(client, alice.email)
        client.post(CODE, {"code": code})
        assert is_in(client) is expected
    assert recovery_codes(alice) == rest


def test_it_stops_guessing(alice: User, client: Client) -> None:
    secret = turn_totp_on(signed_in(alice))
    try_sign_in(client, alice.email)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert b"Wait five minutes" in client.post(CODE, {"code": code_of(secret, step=1)}).content
    assert not is_in(client)


@pytest.mark.parametrize("path", ["totp/deactivate/", "recovery-codes/generate/"])
def test_it_signs_out_everywhere_else_on_a_change(alice: User, path: str) -> None:
    here, before = signed_in(alice), signed_in(alice)
    secret = turn_totp_on(here)
    assert not session_exists(str(before.session.session_key))
    elsewhere = Client()
    try_sign_in(elsewhere, alice.email)
    elsewhere.post(CODE, {"code": code_of(secret, step=1)})
    assert is_in(elsewhere)
    assert here.post(f"/accounts/2fa/{path}").status_code == 302
    assert (is_in(here), is_in(elsewhere)) == (True, False)


@pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"])
def test_it_asks_for_the_password_first(alice: User, path: str) -> None:
    client = signed_in(alice)
    answer = client.get(f"/accounts/2fa/{path}")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    confirm(client)
    assert client.get(f"/accounts/2fa/{path}").status_code in (200, 302)


def test_it_wants_a_confirmed_address_first(alice: User) -> None:
    """Else one could lock the owner of an address out of the account with it."""
    alice.emailaddress_set.update(verified=False)
    client = signed_in(alice)
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert b"Confirm your email address first" in page.content


def test_it_shows_and_hands_out_recovery_codes(alice: User) -> None:
    client = signed_in(alice)
    turn_totp_on(client)
    page, file = (client.get(f"/accounts/2fa/recovery-codes/{part}") for part in ("", "download/"))
    for code in recovery_codes(alice):
        assert code.encode() in page.content
        assert code.encode() in file.content
