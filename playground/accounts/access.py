"""Who acts for which team. The one door through which views, sockets and tasks ask."""

from playground.accounts.models import Membership, User


class NoTeam(Exception):
    """The person belongs to no team, so there is nothing they may see."""


def current_membership(user: User) -> Membership:
    """The membership `user` acts under: their first team until they can switch.

    Raises NoTeam when they belong to none.
    """
    membership = (
        Membership.objects.select_related("team").filter(user_id=user.pk).order_by("id").first()
    )
    if membership is None:
        raise NoTeam("You belong to no team. Ask a teammate for an invitation.")
    return membership
