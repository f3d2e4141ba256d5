"""One change of a team at a time, under the role that the person has at that moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import Http404

from playground.accounts.access import require
from playground.accounts.models import Membership, Team
from playground.accounts.roles import Permission


@contextmanager
def changing(membership: Membership, permission: Permission) -> Iterator[Membership]:
    """A transaction that holds the team's row; gives the membership as it is now.

    Two owners who leave at once, or an admin who acts while being removed, wait for each other
    here. Raises Http404 where the person has left or the team is gone, and Forbidden.
    """
    with transaction.atomic():
        team = Team.objects.select_for_update().filter(pk=membership.team_id, deleted_at=None)
        acting = (
            Membership.objects.select_related("team", "user").filter(pk=membership.pk)
            if team.first()
            else Membership.objects.none()
        ).first()
        if acting is None:
            raise Http404("There is no such team among yours.")
        require(acting, permission)
        yield acting
