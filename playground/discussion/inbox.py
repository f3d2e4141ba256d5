"""The inbox, a page at a time by keyset: unread first, then newest first."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Substr

from playground.accounts.models import User
from playground.compare.models import Comparison
from playground.compare.titles import seen_title, seen_titles
from playground.discussion.access import notices_of
from playground.discussion.models import Notice

PAGE = 30
EXCERPT = 160
UNREAD, READ = 0, 1


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Notices with what a row shows of the comment and its run; `before` asks for the next page,
    "" when there is none.
    """

    notices: Sequence[Notice]
    before: str


def inbox_of(user: User, before: str = "") -> InboxPage:
    """One page; a malformed `before` starts at the top."""
    visible = Comparison.objects.filter(Q(shared=True) | Q(author=user))
    found = (
        notices_of(user)
        .annotate(
            standing=Case(
                When(read_at=None, then=Value(UNREAD)),
                default=Value(READ),
                output_field=IntegerField(),
            ),
            said=Substr("comment__body", 1, EXCERPT),
            number=F("comment__comparison__number"),
            run_name=F("comment__comparison__name"),
            session=F("comment__comparison__session__public_id"),
            session_title=F("comment__comparison__session__title"),
            **seen_titles(visible, "comment__comparison__session_id"),
        )
        .select_related("comment__author", "team")
        .defer("comment__body")
        .order_by("standing", "-id")
    )
    place = _decode(before)
    if place is not None:
        standing, id = place
        found = found.filter(Q(standing__gt=standing) | Q(standing=standing, id__lt=id))
    rows = list(found[: PAGE + 1])
    shown: list[Any] = rows[:PAGE]
    for notice in shown:
        notice.session_title = seen_title(notice, notice.session_title)
    return InboxPage(shown, _encode(shown[-1]) if len(rows) > PAGE else "")


def _encode(notice: Notice) -> str:
    standing = UNREAD if notice.read_at is None else READ
    return base64.urlsafe_b64encode(json.dumps([standing, notice.pk]).encode()).decode()


def _decode(before: str) -> tuple[int, int] | None:
    try:
        standing, id = json.loads(base64.urlsafe_b64decode(before.encode()))
        place = int(standing), int(id)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return place if place[0] in (UNREAD, READ) and abs(place[1]) < 2**63 else None
