"""Who may start and stop engines: teams' owners and admins, and the site's staff."""

from playground.accounts.access import may, require
from playground.accounts.models import Membership, User
from playground.accounts.roles import Permission


def may_manage(user: User, membership: Membership) -> bool:
    """Whether the buttons are theirs."""
    return is_staff(user) or may(membership, Permission.MANAGE_ENGINES)


def require_managing(user: User, membership: Membership) -> None:
    """Raises Forbidden."""
    if not is_staff(user):
        require(membership, Permission.MANAGE_ENGINES)


def is_staff(user: User) -> bool:
    """Whether they answer for the whole site, and not for one team of it."""
    return user.is_staff and user.is_active
