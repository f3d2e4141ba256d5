"""Puts generations on their profile's queue. The task carries an id; Postgres holds the rest."""

from collections.abc import Iterable

from inference import tracing


def queue_of(profile: str) -> str:
    """The Celery queue that this profile's workers consume."""
    return f"engine.{profile}"


def send(generations: Iterable[tuple[int, str]]) -> None:
    """Put (id, profile) pairs on their queues. Sending one twice is harmless: claims are unique.

    Raises kombu's OperationalError where the broker is away; the sweeper sends again later.
    """
    from inference.tasks import generate

    headers = tracing.carried()
    for id, profile in generations:
        generate.apply_async(args=[id], queue=queue_of(profile), retry=False, headers=headers)
