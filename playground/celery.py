"""The Celery application: `celery -A playground worker|beat`."""

import os

from celery import Celery

from playground import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

broker.install()
app = Celery("playground")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "inference",
        "playground.accounts",
        "playground.compare",
        "playground.analytics",
        "playground.alerts",
        "playground.reports",
    ]
)
