"""Where a page of a list ends: the place that the next one continues from, as one opaque word.

Lists are read by keyset, so that the thousandth page costs what the first does.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Place:
    """A row's time and id; rows of the same time are told apart by id."""

    at: datetime
    id: int

    def encode(self) -> str:
        place = json.dumps([self.at.isoformat(), self.id])
        return base64.urlsafe_b64encode(place.encode()).decode()

    @classmethod
    def decode(cls, word: str | None) -> Self | None:
        """The place, or None where `word` is none: a made-up one starts at the top."""
        if not word:
            return None
        try:
            at, id = json.loads(base64.urlsafe_b64decode(word.encode()))
            moment = datetime.fromisoformat(at)
            # Python reads offsets that Postgres does not.
            place = cls(moment.astimezone(UTC) if moment.tzinfo else moment, int(id))
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        return place if place.at.tzinfo and abs(place.id) < 2**63 else None

    def older(self, time: str) -> Q:
        """What comes after this place in a list with the newest first, by the field `time`.

        The redundant first condition is the one that an index can begin at.
        """
        return Q(**{f"{time}__lte": self.at}) & (
            Q(**{f"{time}__lt": self.at}) | Q(**{time: self.at, "id__lt": self.id})
        )
