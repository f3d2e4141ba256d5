"""Deleting an account: what stands in the way, what goes, what stays without a name."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from inference.models import Generation
from playground.accounts.models import (
    AuditAction,
    AuditEntry,
    Invitation,
    Membership,
    Role,
    Team,
    User,
)
from playground.compare.models import Session
from playground.prompts.models import Preset
from tests.factories import make_session
from tests.playground.accounts.people.doing import confirm, is_in, session_exists, signed_in

pytestmark = pytest.mark.django_db
PATH = "/account/delete/"


def delete(client: Client, person: User) -> bytes:
    confirm(client)
    return client.post(PATH, {"email": person.email.upper()}, follow=True).content


@pytest.fixture
def lab(alice: User, bob: User) -> Team:
    """Bob's team, in which Alice is a member."""
    team = Team.objects.create_owned(bob, "Fox lab")
    Membership.objects.create(team=team, user=alice, role=Role.MEMBER)
    return team


def run_of(person: User, team: Team, *, shared: bool) -> Session:
    """A run that the person made in a team that is not their own."""
    kept = list(Membership.objects.filter(user=person).exclude(team=team))
    Membership.objects.filter(pk__in=[one.pk for one in kept]).delete()
    session = make_session(person, shared=shared)
    Membership.objects.bulk_create(kept)
    return session


@pytest.mark.django_db(transaction=True)
def test_it_takes_ones_own_team_along(alice: User, mailoutbox: list[EmailMessage]) -> None:
    make_session(alice)
    client, elsewhere = signed_in(alice), signed_in(alice)
    key = str(elsewhere.session.session_key)
    assert b"Your account is deleted" in delete(client, alice)
    assert not User.objects.exists()
    assert not Team.objects.exists()
    assert not Generation.objects.exists()
    assert not session_exists(key)
    assert not is_in(client)
    assert [mail.to for mail in mailoutbox][-1] == ["alice@example.com"]


def test_it_leaves_what_was_shared_with_others(alice: User, bob: User, lab: Team) -> None:
    shared, private = (run_of(alice, lab, shared=shared) for shared in (True, False))
    Preset.objects.create(team=lab, author=alice, name="mine", settings={})
    Preset.objects.create(team=lab, author=alice, name="ours", settings={}, shared=True)
    delete(signed_in(alice), alice)
    assert list(Session.objects.values_list("pk", "author")) == [(shared.pk, None)]
    assert list(Preset.objects.values_list("name", "author")) == [("ours", None)]
    assert not Session.objects.filter(pk=private.pk).exists()
    assert list(Generation.objects.values_list("user_id", flat=True)) == [None]
    assert list(lab.memberships.values_list("user", flat=True)) == [bob.pk]
    entry = AuditEntry.objects.get(team=lab, action=AuditAction.MEMBER_LEFT)
    assert (entry.actor, entry.actor_email) == (None, "alice@example.com")


@pytest.mark.parametrize("personal", [True, False])
def test_it_refuses_the_last_owner(alice: User, bob: User, lab: Team, personal: bool) -> None:
    Team.objects.filter(pk=lab.pk).update(personal=personal)
    client = signed_in(bob)
    page = delete(client, bob)
    assert b"Fox lab" in page
    assert b"Hand it over or delete it first" in page
    assert is_in(client)
    assert Team.objects.filter(pk=lab.pk).exists()


def test_it_lets_one_of_two_owners_go(alice: User, bob: User, lab: Team) -> None:
    lab.memberships.filter(user=alice).update(role=Role.OWNER)
    delete(signed_in(bob), bob)
    assert list(User.objects.values_list("email", flat=True)) == [alice.email]


def test_it_asks_for_the_password_and_the_address(alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(PATH, {"email": alice.email})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    confirm_page = client.post(answer["Location"], {"password": "guess"})
    assert confirm_page.status_code == 200
    client = signed_in(alice)
    confirm(client)
    page = client.post(PATH, {"email": "someone@example.com"})
    assert b"Type alice@example.com to confirm" in page.content
    assert User.objects.filter(pk=alice.pk).exists()


def test_it_takes_back_the_invitations_that_are_still_open(
    alice: User, bob: User, lab: Team
) -> None:
    Membership.objects.filter(team=lab, user=alice).update(role=Role.ADMIN)
    tomorrow = timezone.now() + timedelta(days=1)
    Invitation.objects.create(
        team=lab, email="alias@example.com", role=Role.ADMIN, digest="0" * 64,
        invited_by=alice, expires_at=tomorrow,
    )  # fmt: skip
    delete(signed_in(alice), alice)
    assert Invitation.objects.get().revoked_at
