"""Whose alerts a person sees and changes: a team's owners and admins its own, staff the site's."""

from uuid import UUID

from django.http import Http404, HttpRequest

from playground.accounts.access import Forbidden, enter_team_of, require
from playground.accounts.models import Team, User
from playground.accounts.roles import Permission
from playground.alerts.models import Rule


def owner_of(request: HttpRequest, site: bool) -> Team | None:
    """The team that the pages are of; None for the whole site's. Raises Forbidden."""
    if site:
        if not _is_staff(request):
            raise Forbidden("The whole site's alerts are for its staff. Your team's are at Usage.")
        return None
    membership = request.membership  # type: ignore[attr-defined]
    require(membership, Permission.SEE_USAGE)
    if request.method == "POST":
        require(membership, Permission.CHANGE_TEAM)
    team: Team = membership.team
    return team


def access_rule(request: HttpRequest, public_id: UUID) -> Rule:
    """A rule of this name, in whichever of the person's teams. Raises Http404 or Forbidden."""
    found = Rule.objects.select_related("team").filter(public_id=public_id).first()
    if found is None or (found.team_id is None and not _is_staff(request)):
        raise Http404("There is no such alert among yours.")
    if found.team_id is not None:
        enter_team_of(request, Rule, public_id=public_id)
        owner_of(request, site=False)
    return found


def _is_staff(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.is_staff and user.is_active
