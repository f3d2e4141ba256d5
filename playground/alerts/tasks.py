"""What beat asks of the maintenance worker for the alerts."""

from celery import shared_task

from playground.alerts import outbox, watching


@shared_task(name="playground.alerts.tasks.watch", ignore_result=True)
def watch() -> None:
    """Judge this minute by every rule, and send what there is to tell."""
    watching.watch()
    outbox.deliver()


@shared_task(name="playground.alerts.tasks.deliver", ignore_result=True)
def deliver() -> None:
    """Send what is due."""
    outbox.deliver()
