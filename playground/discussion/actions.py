"""The verbs of talking about runs: `check_…` validates and loads, `do_…` changes and notifies."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from inference.models import Generation
from playground.accounts.access import require
from playground.accounts.models import Membership, User
from playground.accounts.roles import Permission
from playground.compare.models import Comparison
from playground.compare.requests import BadInput
from playground.discussion.access import notices_of
from playground.discussion.mentions import mentioned
from playground.discussion.models import Comment, Notice
from playground.discussion.spans import tokens_between


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one answer, checked: columns of the comment on it."""

    generation_id: int
    start_character: int
    end_character: int
    first_token: int | None
    last_token: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """What a comment says, and whom it mentions: teammates who may see the run."""

    body: str
    mentions: list[User]


def check_words(membership: Membership, comparison: Comparison, body: str) -> Words:
    """Raises BadInput for a name that two people go by, and for one who cannot see the run."""
    people = mentioned(body, membership.team)
    if not comparison.shared:
        others = [person for person in people if person.pk != comparison.author_id]
        if others:
            names = " and ".join(person.shown_name for person in others)
            raise BadInput(
                f"This run is private, so {names} cannot see it. Share it with the team first, "
                "or leave the mention out.",
                "body",
            )
    return Words(body, people)


def check_comment(
    membership: Membership, comparison: Comparison, data: dict[str, Any]
) -> tuple[Words, Span | None]:
    """A comment that this person may make on a run they may see, from `CommentForm`'s data.

    Raises BadInput or Forbidden.
    """
    require(membership, Permission.COMMENT)
    words = check_words(membership, comparison, data["body"])
    return words, _check_span(comparison, data) if data["generation"] is not None else None


def _check_span(comparison: Comparison, data: dict[str, Any]) -> Span:
    start, end = data["start"], data["end"]
    generation = (
        Generation.objects.filter(
            pk=data["generation"],
            team_id=comparison.team_id,
            sample__lane__comparison=comparison,
        )
        .only("status", "text", "step_tokens", "step_characters")
        .first()
    )
    if generation is None:
        raise BadInput("This answer belongs to another run. Select a part of this run's answers.")
    if not generation.is_terminal:
        raise BadInput("Wait until the answer has ended, then comment on a part of it.")
    if not start < end <= len(generation.text) or data["characters"] != len(generation.text):
        raise BadInput("The answer is another one by now. Select the part again.")
    tokens = tokens_between(generation.step_tokens, generation.step_characters, start, end)
    return Span(generation.pk, start, end, *(tokens or (None, None)))


def do_comment(
    membership: Membership, comparison: Comparison, words: Words, span: Span | None
) -> Comment:
    """Store the comment, and tell whom it concerns."""
    columns = {name: getattr(span, name) for name in Span.__slots__} if span else {}
    with transaction.atomic():
        comment = Comment.objects.create(
            comparison=comparison,
            team_id=comparison.team_id,
            author_id=membership.user_id,
            body=words.body,
            **columns,
        )
        _tell(comment, words.mentions, Notice.Kind.MENTION)
        _tell(comment, _concerned(comparison), Notice.Kind.REPLY)
    return comment


def do_edit(comment: Comment, words: Words) -> None:
    """Change what it says. Who is newly mentioned is told; who no longer is finds no notice."""
    with transaction.atomic():
        if comment.body != words.body:
            Comment.objects.filter(pk=comment.pk).update(body=words.body, edited_at=Now())
        stale = comment.notices.filter(kind=Notice.Kind.MENTION, read_at=None)
        stale.exclude(user__in=words.mentions).delete()
        _tell(comment, words.mentions, Notice.Kind.MENTION)


def do_delete(comment: Comment) -> None:
    """Take it away, with the notices of it."""
    comment.delete()


def _concerned(comparison: Comparison) -> list[User]:
    """Whose run it is and who spoke before, where they may see the run and are in the team."""
    speakers = Comment.objects.filter(comparison=comparison).values_list("author_id", flat=True)
    people = {comparison.author_id, *(speakers if comparison.shared else ())}
    return list(
        User.objects.filter(
            pk__in=people - {None}, memberships__team_id=comparison.team_id, is_active=True
        )
    )


def _tell(comment: Comment, people: Iterable[User], kind: Notice.Kind) -> None:
    """One notice a person and comment, the first kind counts; never to its author."""
    Notice.objects.bulk_create(
        [
            Notice(user=person, team_id=comment.team_id, comment=comment, kind=kind)
            for person in people
            if person.pk != comment.author_id
        ],
        ignore_conflicts=True,
    )


def do_read(user: User, comparison: Comparison) -> None:
    """The person has the run's comments before them."""
    Notice.objects.filter(user=user, read_at=None, comment__comparison=comparison).update(
        read_at=Now()
    )


def do_read_all(user: User) -> int:
    """Everything that the inbox shows is read. Returns how many were not."""
    return notices_of(user).filter(read_at=None).update(read_at=Now())
