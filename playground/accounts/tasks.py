"""What is done for teams in the background."""

from celery import shared_task

from playground.accounts.teams.lifecycle import purge


@shared_task(name="playground.accounts.tasks.purge_teams", ignore_result=True)
def purge_teams() -> None:
    """End the teams whose grace period after deletion is over."""
    purge()
