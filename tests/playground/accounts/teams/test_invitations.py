"""Invitations: one address, one use, one week."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models.functions import Now
from django.test import Client

from playground.accounts.audit import Origin
from playground.accounts.models import AuditEntry, Invitation, Membership, User
from playground.accounts.teams.invitations import do_accept
from playground.local.valkey import Valkey
from tests.factories import PASSWORD, Cast, make_user
from tests.playground.accounts.teams.site import (
    Site,
    at,
    invite,
    mailed_link,
    role_of,
    shown_link,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _counting_from_zero(valkey: Valkey) -> None:
    """What earlier tests did is forgotten."""


def token_of(link: str) -> str:
    return link.split("/")[2]


def test_it_invites_by_mail_and_by_link(cast: Cast) -> None:
    link = invite(Site(cast.alice), cast.team, "Dora@Example.com", "viewer")
    (letter,) = mail.outbox
    assert letter.to == ["dora@example.com"]
    assert token_of(link) in str(letter.body)
    dora = make_user("dora")
    answer = Site(dora).post(link)
    assert "You are in alice now" in answer.content.decode()
    assert role_of(dora, cast.team) == "viewer"
    assert AuditEntry.objects.get(action="member.joined").actor == dora


def test_it_stores_no_token(cast: Cast) -> None:
    token = token_of(invite(Site(cast.alice), cast.team, "dora@example.com"))
    stored = str(Invitation.objects.values().get())
    assert token not in stored
    assert token not in str(list(AuditEntry.objects.values()))


def test_it_shows_the_link_once(cast: Cast) -> None:
    site = Site(cast.alice)
    token = token_of(invite(site, cast.team, "dora@example.com"))
    later = site.get(at(cast.team, "invitations/")).content.decode()
    assert "dora@example.com" in later
    assert token not in later


def test_it_works_once(cast: Cast) -> None:
    link = invite(Site(cast.alice), cast.team, "dora@example.com")
    site = Site(make_user("dora"))
    site.post(link)
    for answer in (site.get(link), site.post(link)):
        assert answer.status_code == 404
        assert "no longer works" in answer.content.decode()


def test_it_is_for_one_address(cast: Cast) -> None:
    link = invite(Site(cast.alice), cast.team, "dora@example.com")
    site = Site(cast.charlie)
    for answer in (site.get(link), site.post(link)):
        words = answer.content.decode()
        assert "d••@example.com" in words
        assert "charlie@example.com" in words
        assert "dora@example.com" not in words
    assert role_of(cast.charlie, cast.team) is None


def test_a_second_confirmed_address_counts(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.charlie, email="c@work.example", verified=True)
    link = invite(Site(cast.alice), cast.team, "c@work.example")
    Site(cast.charlie).post(link)
    assert role_of(cast.charlie, cast.team) == "member"


def test_an_unconfirmed_second_address_does_not(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.charlie, email="c@work.example", verified=False)
    link = invite(Site(cast.alice), cast.team, "c@work.example")
    assert Site(cast.charlie).post(link).status_code == 403


def test_it_expires_by_the_databases_clock(cast: Cast) -> None:
    site = Site(cast.alice)
    link = invite(site, cast.team, "dora@example.com")
    Invitation.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert Site(make_user("dora")).post(link).status_code == 404
    assert "expired" in site.get(at(cast.team, "invitations/")).content.decode()
    assert invite(site, cast.team, "dora@example.com") != link


def test_it_is_taken_back(cast: Cast) -> None:
    site = Site(cast.alice)
    link = invite(site, cast.team, "dora@example.com")
    id = Invitation.objects.get().pk
    site.post(at(cast.team, f"invitations/{id}/revoke/"))
    assert Site(make_user("dora")).post(link).status_code == 404
    assert site.post(at(cast.team, f"invitations/{id}/revoke/")).status_code == 404
    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


def test_sent_again_it_has_a_new_link(cast: Cast) -> None:
    site = Site(cast.alice)
    old = invite(site, cast.team, "dora@example.com")
    id = Invitation.objects.get().pk
    new = shown_link(site.post(at(cast.team, f"invitations/{id}/resend/")))
    dora = Site(make_user("dora"))
    assert dora.post(old).status_code == 404
    assert dora.post(new).status_code == 200
    assert len(mail.outbox) == 2


def test_a_double_accept_makes_one_membership(cast: Cast) -> None:
    token = token_of(invite(Site(cast.alice), cast.team, "dora@example.com"))
    dora, start, outcomes = make_user("dora"), threading.Barrier(2), []

    def accept() -> None:
        start.wait()
        try:
            do_accept(dora, Origin(dora), token)
            outcomes.append("joined")
        except ValidationError:
            outcomes.append("late")
        connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["joined", "late"]
    assert Membership.objects.filter(team=cast.team, user=dora).count() == 1
    assert AuditEntry.objects.filter(action="member.joined").count() == 1


def sign_up(link: str, email: str) -> Client:
    """Follow a link as a newcomer, and create an account."""
    browser = Client()
    signup = browser.post(link)["Location"]
    assert signup.startswith("/accounts/signup/?next=")
    fields = {"email": email, "password1": PASSWORD, "next": link}
    browser.post(signup, fields, follow=True)
    return browser


def test_a_newcomer_signs_up_by_the_mailed_link(cast: Cast, settings: object) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # type: ignore[attr-defined]
    invite(Site(cast.alice), cast.team, "dora@example.com")
    link = mailed_link()
    browser = sign_up(link, "dora@example.com")
    dora = User.objects.get(email="dora@example.com")
    assert EmailAddress.objects.get(user=dora).verified
    browser.post(link)
    assert role_of(dora, cast.team) == "member"


def test_a_copied_link_confirms_no_address(cast: Cast, settings: object) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # type: ignore[attr-defined]
    link = invite(Site(cast.charlie), Membership.objects.get(user=cast.charlie).team, "e@x.example")
    for tried in (link, f"{link}?mailed=made-up", f"{link}?mailed=%00"):
        browser = sign_up(tried, "e@x.example")
        assert browser.get("/").status_code == 302
    assert not EmailAddress.objects.filter(email="e@x.example", verified=True).exists()


def test_a_confirmed_address_needs_no_link(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.charlie, email="charlie@example.com", verified=True)
    invite(Site(cast.alice), cast.team, "charlie@example.com")
    site = Site(cast.charlie)
    assert "You are invited" in site.get("/teams/").content.decode()
    site.post(f"/teams/join/{Invitation.objects.get().pk}/")
    assert role_of(cast.charlie, cast.team) == "member"


def test_nobody_joins_by_anothers_invitation(cast: Cast) -> None:
    invite(Site(cast.alice), cast.team, "dora@example.com")
    for id in (Invitation.objects.get().pk, 2**70):
        assert Site(cast.charlie).post(f"/teams/join/{id}/").status_code == 404


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("bob@example.com", "member", "is in this team already"),
        ("nobody", "member", "valid email address"),
        ("d@example.com\0", "member", "Null characters"),
        ("d@example.com", "owner", "Select a valid choice"),
        ("d" * 300 + "@example.com", "member", "at most 254"),
    ],
)
def test_it_says_what_is_wrong(cast: Cast, email: str, role: str, words: str) -> None:
    answer = Site(cast.alice).post(at(cast.team, "invitations/"), email=email, role=role)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Invitation.objects.exists()


def test_one_address_has_one_open_invitation(cast: Cast) -> None:
    site = Site(cast.alice)
    invite(site, cast.team, "dora@example.com")
    again = site.post(at(cast.team, "invitations/"), email="DORA@example.com", role="member")
    assert "has an invitation already" in again.content.decode()
    assert Invitation.objects.count() == 1


def test_members_and_viewers_invite_nobody(cast: Cast) -> None:
    for person in (cast.bob, cast.vera):
        site = Site(person)
        assert site.get(at(cast.team, "invitations/")).status_code == 403
        answer = site.post(at(cast.team, "invitations/"), email="d@example.com", role="viewer")
        assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_guessing_is_slowed_down(cast: Cast) -> None:
    browser = Client()
    answers = [browser.get(f"/invitations/{'x' * 43}/").status_code for _ in range(32)]
    assert answers[:30] == [404] * 30
    assert answers[30:] == [429] * 2


def test_it_is_not_mailed_without_end(cast: Cast) -> None:
    site = Site(cast.alice)
    invite(site, cast.team, "dora@example.com")
    path = at(cast.team, f"invitations/{Invitation.objects.get().pk}/resend/")
    answers = [site.post(path).content.decode() for _ in range(61)]
    assert "That was too often. Try again in" in answers[-1]
    assert len(mail.outbox) == 60


def test_the_link_is_shown_where_mail_fails(cast: Cast, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    answer = Site(cast.alice).post(
        at(cast.team, "invitations/"), email="d@example.com", role="member"
    )
    assert "could not be sent" in answer.content.decode()
    assert Site(make_user("d")).get(shown_link(answer)).status_code == 200
