"""The list of sessions beside the workbench."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from playground.accounts.models import Membership
from playground.compare.models import Comparison, Session
from playground.compare.titles import give_seen_title, seen_titles
from playground.places import Place

PAGE = 30
NEAR = 1000
MAX_SEARCH = 200


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Sessions, newest first; `before` asks for the next page, None when there is none."""

    sessions: Sequence[Session]
    before: str | None


def sessions_of(membership: Membership, before: str | None = None, search: str = "") -> SessionPage:
    """One page of the sessions that a person may see, by keyset.

    A malformed `before` starts at the top.
    """
    visible = _shown(membership)
    place = Place.decode(before)
    if place is not None:
        visible = visible.filter(place.older("updated_at"))
    words = search.strip()[:MAX_SEARCH].replace("\x00", "")
    found = _searched(visible, words) if words else list(_newest(visible)[: PAGE + 1])
    page = found[:PAGE]
    for session in page:
        give_seen_title(session, session)
    more = len(found) > PAGE
    return SessionPage(page, Place(page[-1].updated_at, page[-1].pk).encode() if more else None)


def _shown(membership: Membership) -> QuerySet[Session]:
    """What the person may see, with `seen_runs`: how many runs of it."""
    runs = Comparison.objects.visible_to(membership)
    count = runs.filter(session=OuterRef("pk")).values("session").annotate(count=Count("pk"))
    return Session.objects.visible_to(membership).annotate(
        **seen_titles(runs, "pk"), seen_runs=Coalesce(Subquery(count.values("count")), 0)
    )


def _newest(sessions: QuerySet[Session]) -> QuerySet[Session]:
    return sessions.order_by("-updated_at", "-id")


def _searched(visible: QuerySet[Session], words: str) -> list[Session]:
    """By words through their index, and by parts of words, which have none, in the newest NEAR.

    Where the title is not for the person, parts of the first prompt that is are looked for.
    """
    vector, query = SearchVector("title", config="english"), SearchQuery(words, config="english")
    none = Value(timedelta(0), output_field=DurationField())
    at = ExpressionWrapper(F("updated_at") + none, output_field=DateTimeField())
    titled = Q(seen_from=1)
    by_words = visible.annotate(words=vector, at=at).filter(titled, words=query)
    newest = _newest(visible).values("pk")[:NEAR]
    part = titled & Q(title__icontains=words) | Q(seen_asked__icontains=words)
    by_parts = _newest(visible.filter(pk__in=newest).filter(part))
    found = {
        session.pk: session
        for some in (by_words.order_by("-at", "-id"), by_parts)
        for session in some[: PAGE + 1]
    }
    return sorted(
        found.values(), key=lambda session: (session.updated_at, session.pk), reverse=True
    )
