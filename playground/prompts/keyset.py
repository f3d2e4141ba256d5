"""Pages of a list by keyset: newest change first, each after the last row of the one before."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet

from playground.prompts.models import Preset, Prompt

PAGE = 30
Row = TypeVar("Row", Prompt, Preset)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first; `before` asks for the next page, "" when there is none."""

    rows: Sequence[Row]
    before: str


def page_of(found: QuerySet[Row], before: str = "", size: int = PAGE) -> Page[Row]:
    """The page after `before`; a malformed one starts at the top."""
    place = _decode(before)
    if place is not None:
        at, id = place
        found = found.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__lt=id))
    rows = list(found.defer("words").order_by("-updated_at", "-id")[: size + 1])
    more = len(rows) > size
    return Page(rows[:size], _encode(rows[size - 1]) if more else "")


def _encode(row: Prompt | Preset) -> str:
    place = json.dumps([row.updated_at.isoformat(), row.pk])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _decode(before: str) -> tuple[datetime, int] | None:
    try:
        at, id = json.loads(base64.urlsafe_b64decode(before.encode()))
        moment = datetime.fromisoformat(at)
        # Python reads offsets that Postgres does not.
        place = moment.astimezone(UTC) if moment.tzinfo else moment, int(id)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    fits = place[0].tzinfo is not None and abs(place[1]) < 2**63
    return place if fits else None
