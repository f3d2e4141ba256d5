"""A new address counts once it is confirmed, and not before."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from playground.accounts.models import User
from tests.playground.accounts.people.doing import confirm, link_in, signed_in

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str) -> bytes:
    confirm(client)
    answer = client.post("/accounts/email/", {"action_add": "", "email": email}, follow=True)
    return answer.content


def test_it_changes_on_confirmation(alice: User, mailoutbox: list[EmailMessage]) -> None:
    client = signed_in(alice)
    assert b"Not confirmed" in ask(client, "alice@new.example")
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    [mail] = mailoutbox
    assert mail.to == ["alice@new.example"]
    client.post(link_in(str(mail.body)))
    alice.refresh_from_db()
    assert alice.email == "alice@new.example"
    assert "alice@example.com" in [to for mail in mailoutbox[1:] for to in mail.to]  # is told


def test_it_asks_for_the_password_first(alice: User) -> None:
    form = {"action_add": "", "email": "alice@new.example"}
    answer = signed_in(alice).post("/accounts/email/", form)
    assert answer["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("confirmed", [True, False])
def test_it_takes_no_address_of_somebody_else(
    alice: User, bob: User, mailoutbox: list[EmailMessage], confirmed: bool
) -> None:
    """Whether Bob is here at all, Alice does not learn; his link does nothing for her."""
    bob.emailaddress_set.update(verified=confirmed)
    client = signed_in(alice)
    ask(client, bob.email)
    [mail] = mailoutbox
    assert mail.to == [bob.email]
    answer = client.post(link_in(str(mail.body)), follow=True)
    assert answer.status_code == 200
    assert b"belongs to another account" in answer.content
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_it_can_be_cancelled(alice: User, mailoutbox: list[EmailMessage]) -> None:
    client = signed_in(alice)
    ask(client, "alice@new.example")
    client.post("/accounts/email/", {"action_remove": "", "email": "alice@new.example"})
    assert b"Not confirmed" not in client.get("/accounts/email/").content
    client.post(link_in(str(mailoutbox[0].body)))
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
