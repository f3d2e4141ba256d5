"""Who is in a team, and as what. A team always has an owner, and only owners touch owners."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404

from playground.accounts import audit
from playground.accounts.access import Forbidden
from playground.accounts.audit import Origin
from playground.accounts.models import AuditAction, Invitation, Membership, Role, User
from playground.accounts.roles import LEADING, Permission
from playground.accounts.teams.changing import changing

LAST_OWNER = (
    "A team needs an owner. Make someone else an owner first, or delete the team in its settings."
)


def members_of(membership: Membership) -> QuerySet[Membership]:
    """Everyone in the team, in the order in which they joined."""
    members = Membership.objects.filter(team_id=membership.team_id)
    return members.select_related("user").order_by("id")


def access_member(membership: Membership, id: int) -> Membership:
    """Someone in the same team. Raises Http404."""
    member = members_of(membership).filter(pk=id).first() if id < 2**63 else None
    if member is None:
        raise Http404("There is no such person in your team.")
    return member


def do_change_role(membership: Membership, origin: Origin, id: int, role: Role) -> Membership:
    """Give a member another role. Raises Forbidden, ValidationError or Http404."""
    with changing(membership, Permission.MANAGE_MEMBERS) as acting:
        member = access_member(acting, id)
        _check_touching(acting, member, role)
        before, member.role = member.role, role
        if before == role:
            return member
        member.save(update_fields=["role"])
        if role not in LEADING:
            _revoke_invitations_by(member)
        detail = {"from": before, "to": role.value}
        audit.record(acting.team, origin, AuditAction.ROLE_CHANGED, member.user.email, **detail)
        return member


def do_remove(membership: Membership, origin: Origin, id: int) -> Membership:
    """Take someone out of the team. What they shared stays."""
    with changing(membership, Permission.MANAGE_MEMBERS) as acting:
        member = access_member(acting, id)
        _check_touching(acting, member, None)
        email, role = member.user.email, member.role
        _take_out(member)
        audit.record(acting.team, origin, AuditAction.MEMBER_REMOVED, email, role=role)
        return member


def do_leave(membership: Membership, origin: Origin) -> None:
    """Go. Raises ValidationError for the last owner."""
    with changing(membership, Permission.LEAVE) as acting:
        _check_an_owner_stays(acting, None)
        email, role = acting.user.email, acting.role
        _take_out(acting)
        audit.record(acting.team, origin, AuditAction.MEMBER_LEFT, email, role=role)


def do_transfer(membership: Membership, origin: Origin, id: int) -> Membership:
    """Make a member the owner in one's own place; the old owner stays as an admin."""
    with changing(membership, Permission.TRANSFER) as acting:
        member = access_member(acting, id)
        if member.pk == acting.pk:
            raise ValidationError("You own this team already. Choose someone else.")
        member.role, acting.role = Role.OWNER, Role.ADMIN
        Membership.objects.bulk_update([member, acting], ["role"])
        acting.team.personal = False
        acting.team.save(update_fields=["personal"])
        detail = {"from": acting.user.email, "to": member.user.email}
        audit.record(acting.team, origin, AuditAction.OWNER_CHANGED, member.user.email, **detail)
        return member


def _check_touching(acting: Membership, member: Membership, role: Role | None) -> None:
    """That the person may give `member` this role, or take them out where it is None."""
    if Role.OWNER in (member.role, role) and acting.role != Role.OWNER:
        raise Forbidden("Only an owner may change who owns this team.")
    _check_an_owner_stays(member, role)


def _check_an_owner_stays(member: Membership, role: Role | None) -> None:
    if member.role != Role.OWNER or role == Role.OWNER:
        return
    others = Membership.objects.filter(team_id=member.team_id, role=Role.OWNER)
    if not others.exclude(pk=member.pk).exists():
        raise ValidationError(LAST_OWNER)


def _take_out(member: Membership) -> None:
    _revoke_invitations_by(member)
    User.objects.filter(pk=member.user_id, current_team=member.team_id).update(current_team=None)
    member.delete()


def _revoke_invitations_by(member: Membership) -> None:
    """Who may no longer invite must not come back through an invitation of their own."""
    Invitation.objects.filter(
        team_id=member.team_id, invited_by=member.user_id, accepted_at=None, revoked_at=None
    ).update(revoked_at=Now())
