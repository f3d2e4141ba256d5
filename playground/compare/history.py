"""Reading what was run: the list of sessions, and the state of one comparison."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from inference.models import Generation
from inference.profiles import profiles
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Session

PAGE = 30
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
    found = Session.objects.visible_to(membership).order_by("-updated_at", "-id")
    words = search.strip()[:MAX_SEARCH].replace("\x00", "")
    if words:
        vector = SearchVector("title", config="english")
        found = found.annotate(words=vector).filter(
            Q(words=SearchQuery(words, config="english")) | Q(title__icontains=words)
        )
    place = _decode_place(before)
    if place is not None:
        at, id = place
        found = found.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__lt=id))
    page = list(found[: PAGE + 1])
    more = len(page) > PAGE
    page = page[:PAGE]
    return SessionPage(page, _encode_place(page[-1]) if more else None)


def _encode_place(session: Session) -> str:
    place = json.dumps([session.updated_at.isoformat(), session.pk])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _decode_place(before: str | None) -> tuple[datetime, int] | None:
    if not before:
        return None
    try:
        at, id = json.loads(base64.urlsafe_b64decode(before.encode()))
        place = datetime.fromisoformat(at), int(id)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return place if place[0].tzinfo else None


def generation_state(generation: Generation) -> dict[str, Any]:
    """What a lane shows of a generation when the page opens."""
    return {
        "generation": generation.pk,
        "status": generation.status,
        "attempt": generation.attempt,
        "text": generation.text,
        "seed": generation.seed,
        "error": generation.error,
        "finish_reason": generation.finish_reason or None,
        "metrics": generation.metrics() if generation.is_terminal else {},
    }


def comparison_state(comparison: Comparison) -> dict[str, Any]:
    """Everything the page needs to show a run, ready for JSON. Three queries."""
    titles = {name: profile.title for name, profile in profiles().items()}
    lanes = comparison.lanes.order_by("position").prefetch_related("samples__generation")
    return {
        "comparison": comparison.pk,
        "session": str(comparison.session.public_id),
        "number": comparison.number,
        "url": comparison.get_absolute_url(),
        "messages": comparison.messages,
        "lanes": [
            {
                "position": lane.position,
                "profile": lane.profile,
                "profile_title": titles.get(lane.profile, lane.profile),
                "settings": lane.settings,
                "generations": [
                    generation_state(sample.generation)
                    for sample in sorted(lane.samples.all(), key=lambda s: (s.case_id, s.number))
                ],
            }
            for lane in lanes
        ],
    }
