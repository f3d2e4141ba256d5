"""What beat asks of the maintenance worker for the reports."""

from celery import shared_task

from playground.reports.actions import send_due


@shared_task(name="playground.reports.tasks.send_reports", ignore_result=True)
def send_reports() -> None:
    """Send the weekly reports that are due."""
    send_due()
