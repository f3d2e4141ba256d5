"""Deleting an account: what stands in the way, what goes with it, what stays."""

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from inference.models import Generation
from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, Invitation, Membership, Role, Team, User
from playground.accounts.people.export import forget_private
from playground.accounts.people.sessions import end_all


class StillOwns(Exception):
    """Teams would be left without an owner; `teams` are these."""

    def __init__(self, teams: list[Team]) -> None:
        super().__init__(", ".join(team.name for team in teams))
        self.teams = teams


def own_teams(user: User) -> list[tuple[Team, int]]:
    """The teams whose only owner is `user`, each with how many people are in it."""
    owned = Membership.objects.filter(user=user, role=Role.OWNER).values("team")
    teams = Team.objects.filter(pk__in=owned, deleted_at=None).annotate(
        people=Count("memberships"),
        owners=Count("memberships", filter=Q(memberships__role=Role.OWNER)),
    )
    found = teams.filter(owners=1).order_by("name", "id")
    return [(team, team.people) for team in found]


def teams_in_the_way(user: User) -> list[Team]:
    """Teams to hand over or delete first: all that others are in, and all but the personal one."""
    return [team for team, people in own_teams(user) if people > 1 or not team.personal]


def teams_that_go(user: User) -> list[Team]:
    """The personal team, where nobody else is in it."""
    return [team for team, people in own_teams(user) if people == 1 and team.personal]


def check_deletion(user: User) -> list[Team]:
    """The teams that go with the account. Raises StillOwns."""
    if teams := teams_in_the_way(user):
        raise StillOwns(teams)
    return teams_that_go(user)


@transaction.atomic
def do_delete_account(user: User, origin: Origin) -> None:
    """Delete a person, their own team with all that is in it, and every sign-in.

    What they shared with other teams stays there, without an author. Raises StillOwns.
    """
    # Locked as for every change of owners: none of these teams can lose its other owner meanwhile.
    mine = Team.objects.filter(memberships__user=user).values("pk")
    locked = list(Team.objects.select_for_update().filter(pk__in=mine).order_by("pk"))
    going = check_deletion(user)
    for team in locked:
        if team not in going:
            record(team, origin, AuditAction.MEMBER_LEFT, user.email, reason="account deleted")
    forget_private(user)
    Generation.objects.filter(team_id__in=[team.pk for team in going]).delete()
    Generation.objects.filter(user_id=user.pk).update(user_id=None)
    for team in going:
        team.delete()
    end_all(user)
    open_ones = Invitation.objects.filter(invited_by=user, accepted_at=None, revoked_at=None)
    open_ones.update(revoked_at=Now())
    address = user.email
    user.delete()
    transaction.on_commit(lambda: _say_goodbye(address))


def _say_goodbye(address: str) -> None:
    get_adapter().send_mail("people/email/account_deleted", address, {})
