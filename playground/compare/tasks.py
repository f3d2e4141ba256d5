"""The workbench's upkeep, in the queue that interactive work never waits for."""

from celery import shared_task

from playground.compare.digest import digest_what_is_due


@shared_task(name="playground.compare.tasks.digest", ignore_result=True)
def digest() -> None:
    """Digest the runs that have ended since the last pass, or part of what has piled up."""
    digest_what_is_due()
