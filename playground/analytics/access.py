"""Who may see whose usage: a team's owners and admins its own, the site's staff everyone's."""

from playground.accounts.access import Forbidden, require
from playground.accounts.models import Membership, User
from playground.accounts.roles import Permission
from playground.analytics.scopes import Scope


def scope_for(user: User, membership: Membership, site: bool) -> Scope:
    """What this person may look at, unnarrowed. Raises Forbidden."""
    if not site:
        require(membership, Permission.SEE_USAGE)
        return Scope(team=membership.team_id)
    if not (user.is_staff and user.is_active):
        raise Forbidden("The whole site's usage is for its staff. Your team's is under Usage.")
    return Scope()
