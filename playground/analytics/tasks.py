"""What beat asks of the maintenance worker for the analytics."""

from celery import shared_task

from playground.analytics.catching_up import catch_up, mend
from playground.analytics.days import sum_days
from playground.analytics.sampling import sample, thin


@shared_task(name="playground.analytics.tasks.roll_up", ignore_result=True)
def roll_up() -> None:
    """Sum what has come since the last minute."""
    catch_up()
    sum_days()


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
