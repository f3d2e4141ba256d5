"""Where generations stand, asked of Postgres: for watchers that come late or hear nothing."""

from collections.abc import Sequence

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from inference.events import Ended, GenerationEvent, Snapshot, StatusChange
from inference.models import Generation, Status
from playground.compare.awaited import Engines, engines_now, waiting_words

ITS_TURN = "Waits for its turn: this run's answers are made one after another."


def standings(ids: Sequence[int]) -> dict[int, list[GenerationEvent]]:
    """The events that bring a watcher up to what Postgres knows of each generation."""
    found = {row.pk: row for row in Generation.objects.filter(pk__in=ids)}
    waiting = [row for row in found.values() if row.status == Status.QUEUED]
    places = _places(waiting) if waiting else {}
    engines = engines_now() if waiting else None
    return {
        id: _ended(row) if row.is_terminal else _underway(row, places.get(id), engines)
        for id, row in found.items()
    }


def _places(waiting: Sequence[Generation]) -> dict[int, int]:
    """The place of each in its profile's queue, from 1."""
    ahead = (
        Generation.objects.filter(
            Q(sequence=None) | Q(turn_at__isnull=False),
            status=Status.QUEUED,
            profile=OuterRef("profile"),
            pk__lt=OuterRef("pk"),
        )
        .order_by()
        .values("profile")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = Generation.objects.filter(pk__in=[row.pk for row in waiting]).annotate(
        place=Coalesce(Subquery(ahead), 0) + 1
    )
    return dict(rows.values_list("pk", F("place")))


def _ended(row: Generation) -> list[GenerationEvent]:
    """The whole text, then the end. `seq` counts the engine's outputs, as the relay does."""
    steps = len(row.step_tokens or ())
    return [
        Snapshot(
            generation=row.pk,
            attempt=row.attempt,
            seq=steps,
            text=row.text,
            tokens=row.output_tokens or 0,
        ),
        Ended(
            generation=row.pk,
            attempt=row.attempt,
            status=row.status,
            finish_reason=row.finish_reason or None,
            error=row.error,
            metrics=row.metrics(),
            text=row.text,
        ),
    ]


def _underway(row: Generation, place: int | None, engines: Engines | None) -> list[GenerationEvent]:
    if row.status == Status.RUNNING:
        return []
    in_turn = row.sequence is not None and row.turn_at is None
    return [
        StatusChange(
            generation=row.pk,
            attempt=row.attempt,
            status="queued",
            position=None if in_turn else place,
            detail=ITS_TURN if in_turn else waiting_words(row.profile, engines),
        )
    ]
