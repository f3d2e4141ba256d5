"""Signing in at a provider: a real one, small, that runs beside the test."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from playground.accounts.models import User
from tests.factories import make_user
from tests.playground.accounts.people import provider as oidc
from tests.playground.accounts.people.doing import is_in, signed_in, try_sign_in, turn_totp_on

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(settings: Settings) -> Iterator[oidc.Provider]:
    """Configured as OIDC_NAME and its kin would."""
    with oidc.running() as provider:
        app = {
            "provider_id": "sso",
            "name": "Fox ID",
            "client_id": oidc.CLIENT_ID,
            "secret": oidc.CLIENT_SECRET,
            "settings": {"server_url": provider.url},
        }
        providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        settings.SOCIALACCOUNT_PROVIDERS = providers
        yield provider


def who(name: str, **claims: Any) -> dict[str, Any]:
    return {"sub": f"id-of-{name}", "email": f"{name}@example.com", "name": name, **claims}


def go(client: Client, process: str = "login") -> Any:
    """Through the provider and back, as a browser would."""
    page = client.post(f"{LOGIN}?process={process}").content.decode()
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert found, page
    back = httpx.get(unescape(found[1])).headers["Location"]
    return client.get(back.removeprefix("http://testserver"), follow=True)


def test_it_offers_the_provider(client: Client, provider: oidc.Provider) -> None:
    assert b"Continue with Fox ID" in client.get("/accounts/login/").content


def test_it_offers_none_where_none_is_set(client: Client) -> None:
    assert b"Continue with" not in client.get("/accounts/login/").content
    assert client.post(LOGIN).status_code == 404


def test_it_makes_an_account(client: Client, provider: oidc.Provider) -> None:
    provider.claims = who("dora", email_verified=True)
    go(client)
    assert is_in(client)
    dora = User.objects.get()
    assert (dora.email, dora.has_usable_password()) == ("dora@example.com", False)
    assert EmailAddress.objects.get(user=dora).verified
    assert not provider.refusals
    again = Client()
    go(again)
    assert is_in(again)
    assert User.objects.count() == 1


def test_it_links_to_an_account_by_a_verified_address(
    alice: User, client: Client, provider: oidc.Provider
) -> None:
    provider.claims = who("alice", email_verified=True)
    go(client)
    assert is_in(client)
    assert SocialAccount.objects.get().user == alice
    assert try_sign_in(Client(), alice.email)["Location"] == "/"  # the password stays


@pytest.mark.parametrize("verified", [False, None, "no"])
@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_it_links_by_no_other(
    alice: User,
    client: Client,
    provider: oidc.Provider,
    settings: Settings,
    verified: Any,
    verification: str,
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    provider.claims = who("alice") | ({} if verified is None else {"email_verified": verified})
    go(client)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_it_shuts_out_who_claimed_the_address_before(
    client: Client, provider: oidc.Provider
) -> None:
    """Somebody signed up as Alice without being her, and waits with a password."""
    impostor = signed_in(make_unconfirmed("alice"))
    provider.claims = who("alice", email_verified=True)
    go(client)
    assert is_in(client)
    assert not is_in(impostor)
    assert b"not correct" in try_sign_in(Client(), "alice@example.com").content


def make_unconfirmed(name: str) -> User:
    from tests.factories import PASSWORD

    person = make_user(name, PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    return person


def test_it_still_asks_for_the_second_factor(
    alice: User, client: Client, provider: oidc.Provider
) -> None:
    turn_totp_on(signed_in(alice))
    provider.claims = who("alice", email_verified=True)
    go(client)
    assert not is_in(client)


def test_it_takes_no_code_that_it_did_not_ask_for(client: Client, provider: oidc.Provider) -> None:
    provider.claims = who("dora", email_verified=True)
    answer = client.get(f"{LOGIN}callback/?code=made-up&state=made-up")
    assert b"did not work" in answer.content
    client.post(LOGIN)
    assert not User.objects.exists()


def test_it_says_so_when_the_provider_is_down(client: Client, provider: oidc.Provider) -> None:
    provider.claims = who("dora", email_verified=True)
    page = client.post(LOGIN).content.decode()
    found = re.search(r"state=(\w+)", page)
    assert found
    answer = client.get(f"{LOGIN}callback/?error=server_error&state={found[1]}")
    assert b"did not work" in answer.content


def test_it_connects_and_disconnects(
    alice: User, provider: oidc.Provider, mailoutbox: list[EmailMessage]
) -> None:
    client = signed_in(alice)
    provider.claims = who("someone-else", email_verified=True)
    client.post("/accounts/reauthenticate/", {"password": "a lantern in the fog 7"})
    assert b"Fox ID" in go(client, "connect").content
    account = SocialAccount.objects.get(user=alice)
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
