"""Who acts for which team. The one door through which views, sockets, tasks and the API ask.

A page, a socket or a request acts for one team at a time, under one membership. Objects are
looked up inside that team only, so that a foreign id is as good as none.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest

from playground.accounts.models import Membership, User
from playground.accounts.roles import Permission, allows


class NoTeam(PermissionDenied):
    """The person belongs to no team, so there is nothing they may see."""


class Forbidden(PermissionDenied):
    """The person's role in the team does not allow it. The message says what it needs."""


MEMBERSHIPS = """
SELECT m.id, m.team_id, m.user_id, m.role, m.created_at
FROM accounts_membership AS m JOIN accounts_team AS t ON t.id = m.team_id
WHERE m.user_id = %s AND t.deleted_at IS NULL
"""
CURRENT = MEMBERSHIPS + "ORDER BY (m.team_id = %s) IS TRUE DESC, m.id LIMIT 1"
IN_TEAM = MEMBERSHIPS + "AND t.public_id = %s"


def current_membership(user: User) -> Membership:
    """The membership in the team that `user` switched to last, or else in their first.

    Plain statements here and in `membership_in`: a socket asks at every message, before a run is
    even stored, and the ORM takes four times as long. Raises NoTeam when they have none.
    """
    for membership in Membership.objects.raw(CURRENT, [user.pk, user.current_team_id]):
        return membership
    raise NoTeam("You belong to no team. Ask a teammate for an invitation.")


def membership_in(user: User, team: UUID | str) -> Membership:
    """The membership of `user` in the team of this public id. Raises Http404."""
    for membership in Membership.objects.raw(IN_TEAM, [user.pk, _as_uuid(team)]):
        return membership
    raise Http404("There is no such team among yours.")


def _as_uuid(team: UUID | str) -> UUID:
    try:
        return team if isinstance(team, UUID) else UUID(team)
    except ValueError:
        raise Http404("There is no such team among yours.") from None


def require(membership: Membership, permission: Permission) -> None:
    """Raises Forbidden where the role does not allow it."""
    if not allows(membership.role, permission):
        raise Forbidden(f"You may not {permission.value}: your role there is {membership.role}.")


def may(membership: Membership, permission: Permission) -> bool:
    """Whether the role allows it: what pages ask before they offer it."""
    return allows(membership.role, permission)


def enter_team_of(request: HttpRequest, model: type[Model], **lookup: Any) -> Membership:
    """Let the request act for the team that owns this object, so that a link opens whichever of
    their teams a person stands in. Raises Http404 where it is none of theirs.

    That it is their team's does not yet mean that they may see it: ask the app's own access.
    """
    owner = model._default_manager.filter(**lookup).values_list("team__public_id", flat=True)
    team = owner.first()
    if team is None:
        raise Http404("There is no such thing in your teams.")
    return enter_team(request, team)


def enter_team(request: HttpRequest, team: UUID | str) -> Membership:
    """Let the request act for this team. Raises Http404 where it is none of theirs."""
    membership = membership_in(_person(request), team)
    request.membership = membership  # type: ignore[attr-defined]
    request.team = membership.team  # type: ignore[attr-defined]
    return membership


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # behind login_required
    return request.user
