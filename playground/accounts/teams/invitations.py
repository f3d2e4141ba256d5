"""Invitations: bound to one address, good once and for a week, known only by a digest.

A link that came by email carries a seal besides, which the page that shows a link to copy does
not: only the mailed one proves that whoever follows it reads that mailbox. Without it, anyone
could confirm a stranger's address by inviting it and following their own link.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404

from playground.accounts import audit
from playground.accounts.access import Forbidden
from playground.accounts.audit import Origin
from playground.accounts.models import AuditAction, Invitation, Membership, Role, Team, User
from playground.accounts.roles import Permission
from playground.accounts.teams.changing import changing

LIFETIME = timedelta(days=7)
MAX_OPEN = 100
NO_LONGER = (
    "This invitation no longer works: it was used, taken back or replaced, or has expired. "
    "Ask whoever invited you for a new one."
)
_seal = Signer(salt="playground.accounts.invitation.mailed")


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with its token, which is known now and never again."""

    invitation: Invitation
    token: str


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def seal_of(token: str) -> str:
    """What a mailed link carries beside the token."""
    return _seal.signature(token)


def is_sealed(token: str, seal: str) -> bool:
    """Whether the link is one that was mailed."""
    try:
        return bool(seal) and _seal.unsign(f"{token}{_seal.sep}{seal}") == token
    except BadSignature:
        return False


def masked(email: str) -> str:
    """Enough to know one's own address by: `b••@example.com`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}••@{domain}"


def pending_of(membership: Membership) -> QuerySet[Invitation]:
    """Neither used nor taken back; expired ones too, so that they can be sent again."""
    return (
        Invitation.objects.filter(team_id=membership.team_id, accepted_at=None, revoked_at=None)
        .select_related("invited_by")
        .order_by("-id")
    )


def do_invite(membership: Membership, origin: Origin, email: str, role: Role) -> Made:
    """Invite an address. Raises Forbidden or ValidationError."""
    email = email.lower()
    with changing(membership, Permission.INVITE) as acting:
        if role == Role.OWNER:
            raise Forbidden("Nobody is invited as an owner. Invite them, then hand the team over.")
        if Membership.objects.filter(team=acting.team, user__email=email).exists():
            raise ValidationError(f"{email} is in this team already.")
        pending = pending_of(acting)
        if pending.filter(email=email, expires_at__gt=Now()).exists():
            raise ValidationError(
                f"{email} has an invitation already. Send it again or take it back below."
            )
        if pending.filter(expires_at__gt=Now()).count() >= MAX_OPEN:
            raise ValidationError(f"{MAX_OPEN} invitations are open. Take some back first.")
        pending.filter(email=email).update(revoked_at=Now())
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            team=acting.team,
            email=email,
            role=role,
            digest=digest_of(token),
            invited_by=acting.user,
            expires_at=Now() + LIFETIME,
        )
        invitation.refresh_from_db()
        audit.record(acting.team, origin, AuditAction.INVITATION_MADE, email, role=role.value)
        return Made(invitation, token)


def do_resend(membership: Membership, origin: Origin, id: int) -> Made:
    """A new token and another week; the link that was sent before is dead."""
    with changing(membership, Permission.INVITE) as acting:
        invitation = _access_pending(acting, id)
        token = secrets.token_urlsafe(32)
        invitation.digest = digest_of(token)
        invitation.invited_by = acting.user
        invitation.expires_at = Now() + LIFETIME
        invitation.save(update_fields=["digest", "expires_at", "invited_by"])
        invitation.refresh_from_db()
        audit.record(acting.team, origin, AuditAction.INVITATION_RESENT, invitation.email)
        return Made(invitation, token)


def do_revoke(membership: Membership, origin: Origin, id: int) -> Invitation:
    """Take an invitation back."""
    with changing(membership, Permission.INVITE) as acting:
        invitation = _access_pending(acting, id)
        Invitation.objects.filter(pk=invitation.pk).update(revoked_at=Now())
        audit.record(acting.team, origin, AuditAction.INVITATION_REVOKED, invitation.email)
        return invitation


def find_open(token: str) -> Invitation | None:
    """The invitation that this token opens now."""
    return _open().filter(digest=digest_of(token)).first()


def waiting_for(user: User) -> QuerySet[Invitation]:
    """Open invitations to addresses that the person has confirmed as theirs."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return _open().filter(email__in=confirmed).order_by("-id")


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether it was sent to an address of this person."""
    addresses = EmailAddress.objects.filter(user=user, verified=True, email=invitation.email)
    return invitation.email == user.email.lower() or addresses.exists()


def do_accept(user: User, origin: Origin, token: str, *, mailed: bool = False) -> Membership:
    """Join by a link. Raises ValidationError where it no longer works or is for someone else."""
    found = find_open(token)
    if found is None:
        raise ValidationError(NO_LONGER)
    if not is_for(found, user):
        raise ValidationError(
            f"This invitation is for {masked(found.email)}, and you are signed in as {user.email}. "
            "Sign in with that address, or ask for an invitation to this one."
        )
    membership = _join(user, origin, found)
    addresses = EmailAddress.objects.filter(email=found.email)
    if mailed and not addresses.filter(verified=True).exists():
        addresses.filter(user=user).update(verified=True)
    return membership


def do_accept_waiting(user: User, origin: Origin, id: int) -> Membership:
    """Join by an invitation to one's confirmed address, without its link. Raises Http404."""
    found = waiting_for(user).filter(pk=id).first() if id < 2**63 else None
    if found is None:
        raise Http404(NO_LONGER)
    return _join(user, origin, found)


def _join(user: User, origin: Origin, found: Invitation) -> Membership:
    """Use the invitation up. Of two who press at once, the second waits here and is too late."""
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=found.team_id)
        invitation = _open().filter(pk=found.pk, digest=found.digest).first()
        if invitation is None:
            raise ValidationError(NO_LONGER)
        membership, joined = Membership.objects.get_or_create(
            team=team, user=user, defaults={"role": invitation.role}
        )
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), accepted_by=user)
        Team.objects.filter(pk=team.pk).update(personal=False)
        User.objects.filter(pk=user.pk).update(current_team=team)
        if joined:
            detail = {"role": invitation.role, "invited": invitation.email}
            audit.record(team, origin, AuditAction.MEMBER_JOINED, user.email, **detail)
        return membership


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=Now(), team__deleted_at=None
    ).select_related("team", "invited_by")


def _access_pending(membership: Membership, id: int) -> Invitation:
    invitation = pending_of(membership).filter(pk=id).first() if id < 2**63 else None
    if invitation is None:
        raise Http404("There is no such invitation in your team.")
    return invitation
