"""What beat asks of the maintenance worker for the analytics."""

import structlog
from celery import shared_task

from playground.analytics.catching_up import catch_up, mend
from playground.analytics.retention import remove_old
from playground.analytics.sampling import sample, thin
from playground.analytics.stretches import sum_stretches

log = structlog.get_logger(__name__)


@shared_task(name="playground.analytics.tasks.roll_up", ignore_result=True)
def roll_up() -> None:
    """Sum what has come since the last minute."""
    catch_up()
    sum_stretches()


@shared_task(name="playground.analytics.tasks.mend_rollups", ignore_result=True)
def mend_rollups() -> None:
    """Catch late rows of the last two days."""
    mend()


@shared_task(name="playground.analytics.tasks.sample_queues", ignore_result=True)
def sample_queues() -> None:
    """Note how long the queues are and who works on them."""
    sample()


@shared_task(name="playground.analytics.tasks.thin_samples", ignore_result=True)
def thin_samples() -> None:
    """Keep fewer of the old notes."""
    thin()


@shared_task(name="playground.analytics.tasks.remove_generations", ignore_result=True)
def remove_generations() -> None:
    """Remove generations older than the operator keeps, if they said how long."""
    removed = remove_old()
    if removed.generations:
        log.info("removed", generations=removed.generations, runs=removed.runs)
