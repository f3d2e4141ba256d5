"""Removes old generations, with the runs that they belong to, and keeps their sums.

What people did something with stays: runs that are pinned, named, tagged, commented on, shared with
the team, or shown by a link that still opens. Off unless GENERATIONS_KEPT_DAYS says how long.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from inference.models import Generation
from playground.analytics.catching_up import NAME
from playground.analytics.models import Watermark
from playground.analytics.rollups import REMOVED, hour_of
from playground.compare.models import Comparison, Sample, Session
from playground.discussion.models import Comment
from playground.sharing.models import ShareLink

BATCH = 500
SECONDS_PER_TURN = 20.0

OLD = """
SELECT generation.id, finished_at, lane.comparison_id
FROM (
    SELECT id, finished_at FROM inference_generation
    WHERE finished_at < %(until)s AND (finished_at, id) > (%(after)s, %(after_id)s)
    ORDER BY finished_at, id LIMIT %(batch)s
) AS generation
LEFT JOIN compare_sample AS sample ON sample.generation_id = generation.id
LEFT JOIN compare_lane AS lane ON lane.id = sample.lane_id
ORDER BY finished_at, generation.id
"""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many generations and runs went. `finished`: nothing that should go is left."""

    generations: int = 0
    runs: int = 0
    finished: bool = True


def remove_old(seconds: float = SECONDS_PER_TURN) -> Removed:
    """Remove what is too old, batch by batch until the time is up; stop and go on at will."""
    until = _mark()
    if until is None:
        return Removed()
    deadline = time.monotonic() + seconds
    generations = runs = 0
    after = (datetime(1, 1, 1, tzinfo=UTC), 0)
    while found := _old(until, after):
        removed = _remove([id for id, _, run in found if run is None],
                          {run for *_, run in found if run is not None}, until)  # fmt: skip
        generations, runs = generations + removed.generations, runs + removed.runs
        id, at, _ = found[-1]
        after = (at, id)
        if time.monotonic() > deadline:
            return Removed(generations, runs, finished=False)
    return Removed(generations, runs)


def _mark() -> datetime | None:
    """Up to when generations go; noted before any does, so that no sum is made of what is left.

    Never beyond what is summed. An hour is left between this and the first that may be summed anew.
    """
    days: int | None = settings.GENERATIONS_KEPT_DAYS
    summed = Watermark.objects.filter(name=NAME).first()
    if days is None or summed is None:
        return None
    until = min(hour_of(timezone.now() - timedelta(days=days)), summed.until)
    mark, _ = Watermark.objects.get_or_create(name=REMOVED, defaults={"until": until})
    Watermark.objects.filter(pk=mark.pk, until__lt=until).update(until=until)
    return until


def _old(until: datetime, after: tuple[datetime, int]) -> list[tuple[int, datetime, int | None]]:
    """The next generations that ended before: id, when, and the run that they belong to."""
    values: dict[str, Any] = {
        "until": until,
        "after": after[0],
        "after_id": after[1],
        "batch": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(OLD, values)
        return list(cursor.fetchall())


@transaction.atomic
def _remove(loose: Collection[int], runs: Collection[int], until: datetime) -> Removed:
    """Generations of no run, and those of these runs that nobody did anything with."""
    going = list(due(until).filter(pk__in=runs).select_for_update(skip_locked=True, of=("self",)))
    of_runs = Sample.objects.filter(lane__comparison__in=going).values_list("generation_id")
    ids = [*loose, *(id for (id,) in of_runs)]
    Generation.objects.filter(pk__in=ids).only("pk").delete()
    Comparison.objects.filter(pk__in=[run.pk for run in going]).only("pk").delete()
    left = Session.objects.filter(pk__in={run.session_id for run in going})
    left.filter(comparisons=None, drafts=None).only("pk").delete()
    return Removed(len(ids), len(going))


def due(until: datetime) -> QuerySet[Comparison]:
    """Runs that have ended before, and that nobody did anything with."""
    recent = Sample.objects.filter(lane__comparison=OuterRef("pk")).filter(
        Q(generation__finished_at=None) | Q(generation__finished_at__gte=until)
    )
    said = Comment.objects.filter(comparison=OuterRef("pk"))
    opens = ShareLink.objects.working().filter(comparison=OuterRef("pk"))
    untouched = Comparison.objects.filter(pinned_at=None, name="", tags=[], shared=False)
    return untouched.exclude(Exists(recent) | Exists(said) | Exists(opens)).only("pk", "session_id")
