"""The one door to comments and notices: who sees a run sees what is said of it, and nobody else."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Least, Substr
from django.http import Http404

from playground.accounts.access import Forbidden, may, require
from playground.accounts.models import Membership, User
from playground.accounts.roles import Permission
from playground.compare.models import Comparison
from playground.compare.titles import give_seen_title, seen_titles
from playground.discussion.models import Comment, Notice

LONGEST_QUOTE = 300


def comments_on(comparison: Comparison) -> QuerySet[Comment]:
    """What was said of a run that the person may see, oldest first. Each comment on a span has
    `lane`, the lane's position, and `quote`, the words it is about.
    """
    length = F("end_character") - F("start_character")
    return (
        Comment.objects.filter(comparison=comparison, team_id=comparison.team_id)
        .select_related("author")
        .annotate(
            lane=F("generation__sample__lane__position"),
            quote=Substr(
                "generation__text", F("start_character") + 1, Least(length, LONGEST_QUOTE)
            ),
        )
        .order_by("id")
    )


def access_comment(membership: Membership, id: int) -> Comment:
    """A comment on a run that the person may see, with its run and session. Raises Http404."""
    visible = Comparison.objects.visible_to(membership)
    comment = (
        Comment.objects.filter(pk=id, team_id=membership.team_id, comparison__in=visible)
        .annotate(**seen_titles(visible, "comparison__session_id"))
        .select_related("comparison__session")
        .first()
    )
    if comment is None:
        raise Http404("There is no such comment in your team.")
    give_seen_title(comment, comment.comparison.session)
    return comment


def require_edit(membership: Membership, comment: Comment) -> None:
    """Whoever wrote it may change it. Raises Forbidden."""
    require(membership, Permission.COMMENT)
    if comment.author_id != membership.user_id:
        raise Forbidden("Only who wrote a comment can change it.")


def require_delete(membership: Membership, comment: Comment) -> None:
    """Whoever wrote it may delete it, and who leads the team. Raises Forbidden."""
    if comment.author_id == membership.user_id:
        require(membership, Permission.COMMENT)
    else:
        require(membership, Permission.MODERATE)


def may_moderate(membership: Membership) -> bool:
    """What pages ask before they offer to delete what others wrote."""
    return may(membership, Permission.MODERATE)


def notices_of(user: User) -> QuerySet[Notice]:
    """The person's inbox over all their teams: without what they may not see any more, because
    the run was made private or they left the team.
    """
    member = Membership.objects.filter(
        user=user, team_id=OuterRef("team_id"), team__deleted_at=None
    )
    return Notice.objects.filter(user=user).filter(
        Exists(member),
        Q(comment__comparison__shared=True) | Q(comment__comparison__author=user),
    )
