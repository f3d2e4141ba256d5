"""The one door to sessions, comparisons and generations: a foreign id is as good as none.

Inside a team a person sees what is shared with it and what they ran themselves.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection
from django.http import Http404

from inference.models import Generation
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Session
from playground.compare.titles import give_seen_title, seen_titles


def access_session(membership: Membership, public_id: UUID) -> Session:
    """A session that the person may see, titled as they may see it. Raises Http404."""
    titles = seen_titles(Comparison.objects.visible_to(membership), "pk")
    visible = Session.objects.visible_to(membership).annotate(**titles)
    session = visible.filter(public_id=public_id).first()
    if session is None:
        raise Http404("There is no such session in your team.")
    give_seen_title(session, session)
    return session


def access_comparison(membership: Membership, public_id: UUID, number: int) -> Comparison:
    """The `number`-th run of a session, titled likewise, if the person may see it. Raises
    Http404.
    """
    visible = Comparison.objects.visible_to(membership)
    comparison = (
        visible.annotate(**seen_titles(visible, "session_id"))
        .select_related("session")
        .filter(session__public_id=public_id, number=number)
        .first()
    )
    if comparison is None:
        raise Http404("There is no such run in your team.")
    give_seen_title(comparison, comparison.session)
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


STILL_VISIBLE = """
SELECT open.user_id, session.public_id::text
FROM unnest(%s::bigint[], %s::uuid[]) AS open(user_id, session_id)
JOIN compare_session AS session ON session.public_id = open.session_id
JOIN accounts_membership AS member
    ON member.team_id = session.team_id AND member.user_id = open.user_id
JOIN accounts_team AS team ON team.id = session.team_id AND team.deleted_at IS NULL
WHERE session.shared OR session.author_id = open.user_id OR EXISTS (
    SELECT FROM compare_comparison AS run
    WHERE run.session_id = session.id AND (run.shared OR run.author_id = open.user_id)
)
"""


def still_visible(pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of (user, public id of a session) those where the one may still see the other: what
    `access_session` says, for all open pages of a process in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_VISIBLE, [[user for user, _ in pairs], [id for _, id in pairs]])
        return {(user, session) for user, session in cursor.fetchall()}


STILL_WATCHABLE = """
SELECT open.user_id, open.team_id, open.generation_id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS open(user_id, team_id, generation_id)
JOIN compare_sample AS sample ON sample.generation_id = open.generation_id
JOIN compare_lane AS lane ON lane.id = sample.lane_id
JOIN compare_comparison AS run ON run.id = lane.comparison_id
WHERE run.team_id = open.team_id AND (run.shared OR run.author_id = open.user_id)
"""


def still_watchable(watched: Collection[tuple[int, int, int]]) -> set[tuple[int, int, int]]:
    """Of (user, team, generation) those where the one may still see the other: what
    `access_generations` says, for all sockets of a process in one query."""
    columns = [list(column) for column in zip(*watched, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(STILL_WATCHABLE, columns)
        return set(cursor.fetchall())
