"""Changing who is in a team, and as what."""

import threading

import pytest
from django.db import connections

from playground.accounts.audit import Origin
from playground.accounts.models import AuditEntry, Membership, Role
from playground.accounts.teams.members import do_leave
from tests.factories import Cast, make_user, membership_of
from tests.playground.accounts.teams.site import Site, at, invite, member, role_of

pytestmark = pytest.mark.django_db(transaction=True)


def set_role(cast: Cast, name: str, role: Role) -> None:
    Membership.objects.filter(user=getattr(cast, name)).update(role=role)


def test_it_lists_everyone_to_everyone_in_the_team(cast: Cast) -> None:
    page = Site(cast.vera).get(at(cast.team)).content.decode()
    assert all(f"{name}@example.com" in page for name in ("alice", "bob", "vera"))
    assert "charlie" not in page
    assert "/role/" not in page


def test_an_owner_changes_a_role(cast: Cast) -> None:
    site = Site(cast.alice)
    answer = site.post(at(cast.team, f"members/{member(cast.bob, cast.team)}/role/"), role="admin")
    assert "bob is an admin now" in answer.content.decode()
    assert role_of(cast.bob, cast.team) == "admin"
    entry = AuditEntry.objects.get(action="member.role_changed")
    assert (entry.actor, entry.target) == (cast.alice, "bob@example.com")
    assert entry.detail == {"from": "member", "to": "admin"}
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_others_change_no_role(cast: Cast, role: Role) -> None:
    set_role(cast, "bob", role)
    path = at(cast.team, f"members/{member(cast.vera, cast.team)}/role/")
    assert Site(cast.bob).post(path, role="admin").status_code == 403
    assert role_of(cast.vera, cast.team) == "viewer"


def test_an_admin_cannot_touch_owners(cast: Cast) -> None:
    set_role(cast, "bob", Role.ADMIN)
    site = Site(cast.bob)
    alice, vera = member(cast.alice, cast.team), member(cast.vera, cast.team)
    for path, fields in (
        (f"members/{alice}/role/", {"role": "viewer"}),
        (f"members/{alice}/remove/", {}),
        (f"members/{vera}/role/", {"role": "owner"}),
        ("transfer/", {"member": vera}),
        ("delete/", {"name": cast.team.name}),
    ):
        assert site.post(at(cast.team, path), **fields).status_code == 403, path
    assert role_of(cast.alice, cast.team) == "owner"
    assert role_of(cast.vera, cast.team) == "viewer"


def test_an_admin_removes_a_member(cast: Cast) -> None:
    set_role(cast, "bob", Role.ADMIN)
    Site(cast.bob).post(at(cast.team, f"members/{member(cast.vera, cast.team)}/remove/"))
    assert role_of(cast.vera, cast.team) is None
    assert AuditEntry.objects.get(action="member.removed").target == "vera@example.com"


def test_it_keeps_the_last_owner(cast: Cast) -> None:
    site = Site(cast.alice)
    alice = member(cast.alice, cast.team)
    for path, fields in (
        ("leave/", {}),
        (f"members/{alice}/remove/", {}),
        (f"members/{alice}/role/", {"role": "member"}),
    ):
        answer = site.post(at(cast.team, path), **fields)
        assert "A team needs an owner" in answer.content.decode(), path
    assert role_of(cast.alice, cast.team) == "owner"


def test_two_owners_who_leave_at_once_leave_one(cast: Cast) -> None:
    set_role(cast, "bob", Role.OWNER)
    start, refused = threading.Barrier(2), []

    def leave(user: object) -> None:
        from django.core.exceptions import ValidationError

        membership = membership_of(user)  # type: ignore[arg-type]
        start.wait()
        try:
            do_leave(membership, Origin(None))
        except ValidationError as error:
            refused.append(error)
        connections.close_all()

    threads = [threading.Thread(target=leave, args=(user,)) for user in (cast.alice, cast.bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(team=cast.team, role=Role.OWNER).count() == 1


def test_a_member_leaves(cast: Cast) -> None:
    answer = Site(cast.bob).post(at(cast.team, "leave/"))
    assert answer.status_code == 200
    assert "You belong to no team at the moment" in answer.content.decode()
    assert role_of(cast.bob, cast.team) is None
    assert AuditEntry.objects.get(action="member.left").actor == cast.bob


def test_it_hands_the_team_over(cast: Cast) -> None:
    Site(cast.alice).post(at(cast.team, "transfer/"), member=member(cast.bob, cast.team))
    assert role_of(cast.bob, cast.team) == "owner"
    assert role_of(cast.alice, cast.team) == "admin"
    assert AuditEntry.objects.get(action="team.transferred").target == "bob@example.com"


def test_it_hands_over_to_members_only(cast: Cast) -> None:
    foreign = Membership.objects.get(user=cast.charlie).pk
    site = Site(cast.alice)
    assert site.post(at(cast.team, "transfer/"), member=foreign).status_code == 404
    assert "own this team already" in (
        site.post(at(cast.team, "transfer/"), member=member(cast.alice, cast.team)).content.decode()
    )
    assert site.post(at(cast.team, "transfer/"), member="-3\0").status_code == 200
    assert role_of(cast.alice, cast.team) == "owner"


def test_who_is_removed_comes_back_by_no_invitation_of_their_own(cast: Cast) -> None:
    set_role(cast, "bob", Role.ADMIN)
    link = invite(Site(cast.bob), cast.team, "dora@example.com")
    Site(cast.alice).post(at(cast.team, f"members/{member(cast.bob, cast.team)}/remove/"))
    assert Site(make_user("dora")).get(link).status_code == 404


@pytest.mark.parametrize("role", ["", "emperor", "owner\0"])
def test_it_knows_no_other_roles(cast: Cast, role: str) -> None:
    path = at(cast.team, f"members/{member(cast.bob, cast.team)}/role/")
    assert "There is no such role" in Site(cast.alice).post(path, role=role).content.decode()


def test_it_finds_no_member_of_such_an_id(cast: Cast) -> None:
    foreign = Membership.objects.get(user=cast.charlie).pk
    for id in (foreign, 0, 2**63, 10**40):
        path = at(cast.team, f"members/{id}/remove/")
        assert Site(cast.alice).post(path).status_code == 404
    assert Membership.objects.filter(pk=foreign).exists()
