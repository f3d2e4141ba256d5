"""Pages of a list by keyset: newest change first, each after the last row of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import QuerySet

from playground.places import Place
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
    place = Place.decode(before)
    if place is not None:
        found = found.filter(place.older("updated_at"))
    rows = list(found.defer("words").order_by("-updated_at", "-id")[: size + 1])
    more = len(rows) > size
    last = rows[size - 1] if more else None
    return Page(rows[:size], Place(last.updated_at, last.pk).encode() if last else "")
