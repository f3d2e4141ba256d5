"""Celery's side: shells around the runner and the sweeper. Every call names its queue."""

from typing import Any

from celery import shared_task

from inference import tracing, worker
from inference.stores import valkey
from inference.sweeper import sweep as sweep_once


@shared_task(bind=True, name="inference.tasks.generate", ignore_result=True)
def generate(self: Any, generation: int) -> None:
    """Run one generation on this worker's engine; holds its thread until the end."""
    carried = {name: self.request.get(name) for name in tracing.CARRIED}
    with tracing.continued(carried):
        worker.runner().submit(generation).result()


@shared_task(name="inference.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """One pass over expired leases and lost tasks."""
    sweep_once(valkey())
