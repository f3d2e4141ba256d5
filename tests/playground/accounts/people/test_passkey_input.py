"""Made-up passkeys are refused with a message, whatever they look like."""

import json

import pytest
from django.test import Client

from playground.accounts.models import User
from tests.playground.accounts.people.doing import confirm, is_in, signed_in

pytestmark = pytest.mark.django_db
AAAA = {"clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": "AAAA"}
MADE_UP = [
    "", "{", "{}", "[]", "1", '"x"', "null", "[" * 5000, "x" * 30_000, "\0",
    json.dumps({"response": {}}),
    json.dumps({"response": None, "id": 1}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": AAAA}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key",
                "response": {**AAAA, "userHandle": "//////"}, "clientExtensionResults": 3}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key",
                "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
]  # fmt: skip


@pytest.mark.parametrize("made_up", MADE_UP)
def test_it_lets_nobody_in(alice: User, client: Client, made_up: str) -> None:
    client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": made_up}, follow=True)
    assert answer.status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize("made_up", MADE_UP)
def test_it_adds_none(alice: User, made_up: str) -> None:
    client = signed_in(alice)
    confirm(client)
    client.get("/accounts/2fa/webauthn/add/")
    answer = client.post("/accounts/2fa/webauthn/add/", {"credential": made_up, "name": "x"})
    assert answer.status_code == 200
    assert b"field-error" in answer.content or b"banner--error" in answer.content
    assert not alice.authenticator_set.exists()


def test_it_asks_the_browser_for_a_passkey(client: Client) -> None:
    answer = client.get(
        "/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}
    )
    asked = answer.json()["request_options"]["publicKey"]
    assert asked["rpId"] == "testserver"
    assert asked["userVerification"] == "required"
