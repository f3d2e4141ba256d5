"""The one door to sessions, comparisons and generations: a foreign id is as good as none.

Inside a team a person sees what is shared with it and what they ran themselves.
"""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from inference.models import Generation
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Session


def access_session(membership: Membership, public_id: UUID) -> Session:
    """A session that the person may see. Raises Http404."""
    session = Session.objects.visible_to(membership).filter(public_id=public_id).first()
    if session is None:
        raise Http404("There is no such session in your team.")
    return session


def access_comparison(membership: Membership, public_id: UUID, number: int) -> Comparison:
    """The `number`-th run of a session, if the person may see it. Raises Http404."""
    comparison = (
        Comparison.objects.visible_to(membership)
        .select_related("session")
        .filter(session__public_id=public_id, number=number)
        .first()
    )
    if comparison is None:
        raise Http404("There is no such run in your team.")
    return comparison


def access_comparison_by_id(membership: Membership, id: int) -> Comparison:
    """The same by its row's id. Raises Http404."""
    comparison = Comparison.objects.visible_to(membership).filter(pk=id).first()
    if comparison is None:
        raise Http404("There is no such run in your team.")
    return comparison


def access_generations(membership: Membership, ids: Sequence[int]) -> list[Generation]:
    """These generations, without their bulk. Raises Http404 if the person may not see one."""
    visible = Comparison.objects.visible_to(membership)
    found = list(
        Generation.objects.filter(
            team_id=membership.team_id, pk__in=ids, sample__lane__comparison__in=visible
        ).only("id", "status", "attempt", "profile", "user_id")
    )
    if len(found) != len(set(ids)):
        raise Http404("There is no such generation in your team.")
    return found


def generations_of(membership: Membership, comparison: int) -> list[int]:
    """The generations of a comparison that the person may see. Raises Http404 if it is none."""
    access_comparison_by_id(membership, comparison)
    return list(
        Generation.objects.filter(
            team_id=membership.team_id, sample__lane__comparison_id=comparison
        ).values_list("id", flat=True)
    )
