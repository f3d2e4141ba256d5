"""A team begins, changes, is deleted and ends. For a while a deleted team can be brought back."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404

from inference.models import Generation
from playground.accounts import audit
from playground.accounts.audit import Origin
from playground.accounts.models import AuditAction, Membership, Role, Team, User
from playground.accounts.roles import Permission
from playground.accounts.teams.changing import changing

GRACE = timedelta(days=14)
MAX_OWNED = 50
ROWS_AT_ONCE = 500


def do_create(user: User, origin: Origin, name: str) -> Team:
    """A team owned by `user`, who works in it from now on. Raises ValidationError."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if Membership.objects.filter(user=user, role=Role.OWNER).count() >= MAX_OWNED:
            raise ValidationError(f"You own {MAX_OWNED} teams, the most that one person may own.")
        team = Team.objects.create_owned(user, name)
        User.objects.filter(pk=user.pk).update(current_team=team)
        audit.record(team, origin, AuditAction.TEAM_CREATED, name)
    return team


def do_switch(membership: Membership) -> None:
    """Let new pages of the person open in this team."""
    User.objects.filter(pk=membership.user_id).update(current_team=membership.team_id)


def do_change(membership: Membership, origin: Origin, name: str, shares_by_default: bool) -> Team:
    """Name the team, and say whether new sessions begin shared."""
    with changing(membership, Permission.CHANGE_TEAM) as acting:
        team = acting.team
        before = {"name": team.name, "shares_by_default": team.shares_by_default}
        team.name, team.shares_by_default = name, shares_by_default
        after = {"name": team.name, "shares_by_default": team.shares_by_default}
        changed = {key: {"from": before[key], "to": after[key]} for key in after}
        changed = {key: item for key, item in changed.items() if item["from"] != item["to"]}
        if changed:
            team.save(update_fields=["name", "shares_by_default"])
            audit.record(team, origin, AuditAction.TEAM_CHANGED, name, **changed)
        return team


def do_delete(membership: Membership, origin: Origin, typed_name: str) -> Team:
    """Take the team from its members. Its owner may restore it within the grace period."""
    with changing(membership, Permission.DELETE_TEAM) as acting:
        team = acting.team
        if team.personal:
            raise ValidationError("This is your personal team: it goes with your account.")
        if typed_name.strip() != team.name.strip():
            raise ValidationError(f"Type the team's name, {team.name}, to delete it.")
        Team.objects.filter(pk=team.pk).update(deleted_at=Now())
        User.objects.filter(current_team=team).update(current_team=None)
        audit.record(team, origin, AuditAction.TEAM_DELETED, team.name)
        return team


def restorable_by(user: User) -> QuerySet[Team]:
    """Deleted teams that `user` owned and can still bring back."""
    return Team.objects.filter(
        memberships__user=user, memberships__role=Role.OWNER, deleted_at__gt=Now() - GRACE
    ).order_by("-deleted_at")


def do_restore(user: User, origin: Origin, public_id: UUID) -> Team:
    """Give a deleted team back to all its members. Raises Http404."""
    with transaction.atomic():
        team = restorable_by(user).select_for_update(of=("self",)).filter(public_id=public_id)
        restored = team.first()
        if restored is None:
            raise Http404("There is no such team that you could restore.")
        restored.deleted_at = None
        restored.save(update_fields=["deleted_at"])
        audit.record(restored, origin, AuditAction.TEAM_RESTORED, restored.name)
    return restored


def purge() -> int:
    """End the teams whose grace period is over, with all that they own; returns how many."""
    over = list(Team.objects.filter(deleted_at__lte=Now() - GRACE).order_by("deleted_at")[:20])
    for team in over:
        while _delete_some_generations(team):
            pass
        team.delete()
    return len(over)


def _delete_some_generations(team: Team) -> int:
    """Generations know their team by number alone, so nothing cascades to them."""
    some = Generation.objects.filter(team_id=team.pk).values_list("pk", flat=True)[:ROWS_AT_ONCE]
    return Generation.objects.filter(pk__in=list(some)).delete()[0]
