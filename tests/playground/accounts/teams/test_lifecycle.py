"""Teams begin, are named, deleted, brought back and destroyed."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from inference.models import Generation
from playground.accounts.models import AuditEntry, Membership, Team, User
from playground.accounts.tasks import purge_teams
from playground.compare.models import Session
from tests.factories import Cast, make_session, team_of
from tests.playground.accounts.teams.site import Site, at, invite

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared(cast: Cast) -> Team:
    """Alice's team as one that is nobody's personal one."""
    Team.objects.filter(pk=cast.team.pk).update(personal=False, name="Fox lab")
    cast.team.refresh_from_db()
    return cast.team


def test_it_begins_a_team(cast: Cast) -> None:
    answer = Site(cast.bob).post("/teams/new/", name="Owl lab")
    assert "You are in Owl lab now" in answer.content.decode()
    team = Team.objects.get(name="Owl lab")
    assert Membership.objects.get(team=team).role == "owner"
    assert User.objects.get(pk=cast.bob.pk).current_team == team
    assert AuditEntry.objects.get(team=team).action == "team.created"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b"])
def test_it_takes_no_such_name(cast: Cast, name: str) -> None:
    for path in ("/teams/new/", at(cast.team, "settings/")):
        answer = Site(cast.alice).post(path, name=name)
        assert answer.status_code == 200
        assert "field-error" in answer.content.decode()
    assert Team.objects.count() == 4


def test_markup_in_a_name_stays_text(cast: Cast) -> None:
    site = Site(cast.alice)
    site.post("/teams/new/", name="<script>alert(1)</script>")
    team = Team.objects.get(name__startswith="<script>")
    invite(site, team, "d@example.com")
    for path in ("", "settings/", "invitations/", "audit/"):
        assert "<script>alert" not in site.get(at(team, path)).content.decode()
    assert "<script>alert" not in site.get("/teams/").content.decode()


def test_it_switches_in_one_click(cast: Cast, shared: Team) -> None:
    site = Site(cast.alice)
    own = Team.objects.create_owned(cast.alice, "Own lab")
    site.post("/teams/switch/", to=str(own.public_id))
    assert User.objects.get(pk=cast.alice.pk).current_team == own
    assert "Own lab" in site.get("/").content.decode()


@pytest.mark.parametrize("to", ["", "nonsense", "00000000-0000-0000-0000-000000000000", "\0"])
def test_it_switches_to_no_foreign_team(cast: Cast, to: str) -> None:
    site = Site(cast.charlie)
    for wanted in (to, str(cast.team.public_id)):
        assert site.post("/teams/switch/", to=wanted).status_code == 404
    assert User.objects.get(pk=cast.charlie.pk).current_team is None


def test_it_changes_the_settings(cast: Cast) -> None:
    path = at(cast.team, "settings/")
    Site(cast.alice).post(path, name="Fox lab", shares_by_default="on")
    cast.team.refresh_from_db()
    assert (cast.team.name, cast.team.shares_by_default) == ("Fox lab", True)
    entry = AuditEntry.objects.get(action="team.changed")
    assert entry.detail["name"] == {"from": "alice", "to": "Fox lab"}
    for person in (cast.bob, cast.vera):
        assert Site(person).get(path).status_code == 200
        assert Site(person).post(path, name="Bob's").status_code == 403


def test_it_is_deleted_by_its_owner_who_types_its_name(cast: Cast, shared: Team) -> None:
    site = Site(cast.alice)
    assert "Type the team" in site.post(at(shared, "delete/"), name="fox").content.decode()
    assert Site(cast.bob).post(at(shared, "delete/"), name="Fox lab").status_code == 403
    assert "is deleted" in site.post(at(shared, "delete/"), name="Fox lab").content.decode()
    for person in (cast.alice, cast.bob, cast.vera):
        assert Site(person).get(at(shared)).status_code == 404


def test_a_personal_team_goes_with_its_account(cast: Cast) -> None:
    answer = Site(cast.charlie).post(at(team_of(cast.charlie), "delete/"), name="charlie")
    assert "it goes with your account" in answer.content.decode()
    assert Site(cast.charlie).get("/").status_code == 200


def test_its_owner_brings_it_back(cast: Cast, shared: Team) -> None:
    site = Site(cast.alice)
    session = make_session(cast.alice)
    site.post(at(shared, "delete/"), name="Fox lab")
    assert "Fox lab" in site.get("/teams/").content.decode()
    for person in (cast.bob, cast.charlie):
        assert Site(person).post(at(shared, "restore/")).status_code == 404
    site.post(at(shared, "restore/"))
    assert Site(cast.bob).get(f"/sessions/{session.public_id}/").status_code == 200
    assert AuditEntry.objects.filter(action="team.restored").count() == 1


def test_it_is_destroyed_after_the_grace_period_and_not_before(cast: Cast, shared: Team) -> None:
    make_session(cast.alice, statuses=("done", "failed"))
    kept = make_session(cast.charlie)
    for days, left in ((13.99, 1), (14.01, 0)):
        Team.objects.filter(pk=shared.pk).update(deleted_at=Now() - timedelta(days=days))
        purge_teams()
        assert Team.objects.filter(pk=shared.pk).count() == left
    assert list(Session.objects.all()) == [kept]
    assert set(Generation.objects.values_list("team_id", flat=True)) == {kept.team_id}
    assert Site(cast.alice).post(at(shared, "restore/")).status_code == 404


def test_what_is_over_is_not_brought_back(cast: Cast, shared: Team) -> None:
    Team.objects.filter(pk=shared.pk).update(deleted_at=Now() - timedelta(days=15))
    assert "Fox lab" not in Site(cast.alice).get("/teams/").content.decode()
    assert Site(cast.alice).post(at(shared, "restore/")).status_code == 404


def test_who_has_no_team_gets_to_a_new_one(cast: Cast) -> None:
    cast.bob.memberships.all().delete()
    site = Site(cast.bob)
    refused = site.get("/")
    assert refused.status_code == 403
    assert 'href="/teams/"' in refused.content.decode()
    assert site.get("/teams/").status_code == 200
    assert site.post("/teams/new/", name="Owl lab").status_code == 200
    assert site.get("/").status_code == 200


def test_deleting_needs_the_token_of_the_page(cast: Cast, shared: Team) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice)
    assert browser.post(at(shared, "delete/"), {"name": "Fox lab"}).status_code == 403
    assert Team.objects.filter(pk=shared.pk, deleted_at=None).exists()
