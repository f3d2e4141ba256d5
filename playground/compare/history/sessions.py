"""The list of sessions beside the workbench."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value

from playground.accounts.models import Membership
from playground.compare.history.places import Place
from playground.compare.models import Session

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
    visible = Session.objects.visible_to(membership)
    place = Place.decode(before)
    if place is not None:
        visible = visible.filter(place.older("updated_at"))
    words = search.strip()[:MAX_SEARCH].replace("\x00", "")
    found = _searched(visible, words) if words else list(_newest(visible)[: PAGE + 1])
    page = found[:PAGE]
    more = len(found) > PAGE
    return SessionPage(page, Place(page[-1].updated_at, page[-1].pk).encode() if more else None)


def _newest(sessions: QuerySet[Session]) -> QuerySet[Session]:
    return sessions.order_by("-updated_at", "-id")


def _searched(visible: QuerySet[Session], words: str) -> list[Session]:
    """By words through their index, and by parts of words, which have none, in the newest NEAR."""
    vector, query = SearchVector("title", config="english"), SearchQuery(words, config="english")
    none = Value(timedelta(0), output_field=DurationField())
    at = ExpressionWrapper(F("updated_at") + none, output_field=DateTimeField())
    by_words = visible.annotate(words=vector, at=at).filter(words=query).order_by("-at", "-id")
    newest = _newest(visible).values("pk")[:NEAR]
    by_parts = _newest(Session.objects.filter(pk__in=newest, title__icontains=words))
    found = {session.pk: session for some in (by_words, by_parts) for session in some[: PAGE + 1]}
    return sorted(
        found.values(), key=lambda session: (session.updated_at, session.pk), reverse=True
    )
