"""The one door to sessions, comparisons and generations: a foreign id is as good as none."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from inference.models import Generation
from playground.accounts.models import Team
from playground.compare.models import Comparison, Session


def access_session(team: Team, public_id: UUID) -> Session:
    """A session of `team`. Raises Http404."""
    session = Session.objects.filter(team_id=team.pk, public_id=public_id).first()
    if session is None:
        raise Http404("There is no such session in your team.")
    return session


def access_comparison(team: Team, public_id: UUID, number: int) -> Comparison:
    """The `number`-th run of a session of `team`. Raises Http404."""
    comparison = (
        Comparison.objects.select_related("session")
        .filter(team_id=team.pk, session__public_id=public_id, number=number)
        .first()
    )
    if comparison is None:
        raise Http404("There is no such run in your team.")
    return comparison


def access_generations(team: Team, ids: Sequence[int]) -> list[Generation]:
    """These generations of `team`, without their bulk. Raises Http404 if any is foreign."""
    found = list(
        Generation.objects.filter(team_id=team.pk, pk__in=ids).only(
            "id", "status", "attempt", "profile"
        )
    )
    if len(found) != len(set(ids)):
        raise Http404("There is no such generation in your team.")
    return found


def generations_of(team: Team, comparison: int) -> list[int]:
    """The generations of a comparison of `team`. Raises Http404 where there is none."""
    ids = list(
        Generation.objects.filter(
            team_id=team.pk, sample__lane__comparison_id=comparison
        ).values_list("id", flat=True)
    )
    if not ids:
        raise Http404("There is no such run in your team.")
    return ids
