"""How long the queues are and who works on them: looked at each minute, kept thinner with age."""

from datetime import timedelta

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from inference.profiles import resident
from inference.stores import valkey
from inference.workers import living

WHOLE_FOR = timedelta(days=8)
KEPT_FOR = timedelta(days=400)
THINNED_TO_MINUTES = 10
THIN_AFTER = WHOLE_FOR * 2
"""Samples older than this were thinned, unless nobody thinned for a week."""

WAITING = """
SELECT profile,
    count(*) FILTER (WHERE status = 'queued'), count(*) FILTER (WHERE status = 'running'),
    coalesce(extract(epoch FROM now() - min(accepted_at) FILTER (WHERE status = 'queued')), 0)
FROM (
    SELECT profile, status, coalesce(turn_at, accepted_at) AS accepted_at
    FROM inference_generation
    WHERE status = 'queued' AND (sequence IS NULL OR turn_at IS NOT NULL)
    UNION ALL
    SELECT profile, status, accepted_at FROM inference_generation WHERE status = 'running'
) AS underway GROUP BY profile
"""


class QueueSample(models.Model):
    """One profile's queue at one moment."""

    at = models.DateTimeField()
    profile = models.CharField(max_length=60)
    waiting = models.IntegerField()
    running = models.IntegerField()
    workers = models.IntegerField(help_text="Those that were ready.")
    oldest_s = models.FloatField(help_text="How long the first in the queue has waited.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["at", "profile"], name="one_sample_per_moment"),
        ]

    def __str__(self) -> str:
        return f"queue of {self.profile} at {self.at:%Y-%m-%d %H:%M}"


def queues() -> dict[str, tuple[int, int, float]]:
    """Waiting, running, and the seconds that the first has waited, by profile."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return {name: (waiting, running, float(s)) for name, waiting, running, s in cursor}


def ready_workers() -> dict[str, int]:
    """How many workers of each profile are ready. Raises RedisError."""
    return {
        profile: sum(beat.state == "ready" for beat in beats)
        for profile, beats in living(valkey()).items()
    }


def sample() -> None:
    """Keep a sample of each profile that always runs, is waited for, or worked on."""
    at = timezone.now().replace(second=0, microsecond=0)
    found, ready = queues(), ready_workers()
    samples = []
    for profile in sorted({*resident(), *found, *ready}):
        waiting, running, oldest = found.get(profile, (0, 0, 0.0))
        samples.append(
            QueueSample(
                at=at, profile=profile, waiting=waiting, running=running,
                workers=ready.get(profile, 0), oldest_s=oldest,
            )
        )  # fmt: skip
    QueueSample.objects.bulk_create(samples, ignore_conflicts=True)


def thin() -> None:
    """After a week one sample in ten minutes tells enough; after a year none is asked for."""
    now = timezone.now()
    QueueSample.objects.filter(at__lt=now - KEPT_FOR).delete()
    old = QueueSample.objects.filter(at__lt=now - WHOLE_FOR, at__gte=now - THIN_AFTER)
    kept = range(0, 60, THINNED_TO_MINUTES)
    old.filter(~Q(at__minute__in=kept)).delete()
