"""The settings of a production site, and that code, migrations and queues agree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

import playground.compare.tasks  # noqa: F401
from playground.celery import app

ROOT = Path(__file__).parents[2]


def manage(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_passes_the_deployment_check() -> None:
    key = "".join(chr(33 + n) for n in range(80))
    done = manage("check", "--deploy", "--fail-level", "WARNING", HTTPS="1", SECRET_KEY=key,
                  ALLOWED_HOSTS="playground.example")  # fmt: skip
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_it_does_not_start_without_a_key() -> None:
    done = manage("check", SECRET_KEY="", DEBUG="0")
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


@pytest.mark.django_db
def test_it_has_a_migration_for_every_model() -> None:
    call_command("makemigrations", "--check", "--dry-run")


def test_it_schedules_every_task_on_a_named_queue() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["queue"] == "maintenance"


def test_it_knows_no_tasks_but_these() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == {
        "inference.tasks.generate",
        "inference.tasks.sweep",
        "playground.accounts.tasks.purge_teams",
        "playground.alerts.tasks.deliver",
        "playground.alerts.tasks.watch",
        "playground.analytics.tasks.mend_rollups",
        "playground.analytics.tasks.remove_generations",
        "playground.analytics.tasks.roll_up",
        "playground.analytics.tasks.sample_queues",
        "playground.analytics.tasks.thin_samples",
        "playground.compare.tasks.digest",
        "playground.reports.tasks.send_reports",
    }


def test_it_takes_only_json_from_the_queue() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
