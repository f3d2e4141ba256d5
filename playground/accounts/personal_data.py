"""What is stored of a person here: who they are, where they belong, how they sign in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q

from playground.accounts.models import AuditEntry, Invitation, Membership, User
from playground.accounts.people.export import Rows, personal_data


@personal_data("profile")
def profile(user: User) -> Rows:
    yield {
        "email": user.email,
        "full_name": user.get_full_name(),
        "joined_at": user.date_joined,
        "last_sign_in_at": user.last_login,
    }


@personal_data("email_addresses")
def email_addresses(user: User) -> Rows:
    yield from EmailAddress.objects.filter(user=user).values("email", "verified", "primary")


@personal_data("memberships")
def memberships(user: User) -> Rows:
    for membership in Membership.objects.filter(user=user).select_related("team").order_by("id"):
        yield {
            "team": membership.team.name,
            "team_id": membership.team.public_id,
            "role": membership.role,
            "since": membership.created_at,
        }


@personal_data("invitations")
def invitations(user: User) -> Rows:
    """Those made to an address that is surely theirs, and those they took."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values("email")
    mine = Q(email__in=confirmed) | Q(accepted_by=user)
    found = Invitation.objects.filter(mine).select_related("team").order_by("id")
    for invitation in found:
        yield {
            "team": invitation.team.name,
            "role": invitation.role,
            "made_at": invitation.created_at,
            "accepted_at": invitation.accepted_at,
        }


@personal_data("sign_ins")
def sign_ins(user: User) -> Rows:
    """Where they are signed in. Keys of sessions are secrets, and stay here."""
    yield from UserSession.objects.filter(user=user).values(
        "created_at", "last_seen_at", "ip", "user_agent"
    )


@personal_data("second_factors")
def second_factors(user: User) -> Rows:
    """Of what kind, and since when; their secrets stay here."""
    yield from Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")


@personal_data("connected_accounts")
def connected_accounts(user: User) -> Rows:
    yield from SocialAccount.objects.filter(user=user).values(
        "provider", "uid", "date_joined", "last_login", "extra_data"
    )


@personal_data("audit_log")
def audit_log(user: User) -> Rows:
    """What the log says that they did."""
    entries = AuditEntry.objects.filter(actor=user).order_by("id")
    yield from entries.values("team__name", "action", "target", "at", "address", "agent").iterator()
