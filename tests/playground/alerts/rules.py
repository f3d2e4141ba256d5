"""Rules to try, and minutes that pass."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from inference.models import Generation
from playground.alerts.models import Rule
from playground.alerts.watching import watch
from tests.factories import Cast, make_generation

SITE = "http://playground.example"


def make_rule(cast: Cast, **fields: Any) -> Rule:
    """TTFT p95 of 500 ms or more, over the last hour; fires at the second bad minute."""
    return Rule.objects.create(
        **{
            "team": cast.team,
            "author": cast.alice,
            "name": "Slow",
            "measure": "ttft_p95",
            "limit": 500,
            "window_minutes": 60,
            "fire_after": 2,
            "resolve_after": 2,
            "site_url": SITE,
            **fields,
        }
    )


def ended(cast: Cast, **fields: Any) -> Generation:
    """One that ended a moment ago."""
    return make_generation(
        **{
            "team_id": cast.team.pk,
            "user_id": cast.alice.pk,
            "status": "done",
            "finished_at": timezone.now(),
            "ttft_us": 100_000,
            **fields,
        }
    )


class Clock:
    """Minutes pass when a test says so: the watch asks `timezone.now`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now().replace(second=5, microsecond=0)
        monkeypatch.setattr("playground.alerts.watching.timezone.now", lambda: self.now)

    def watch(self, minutes: int = 1) -> datetime:
        """Let so many pass, and look at each."""
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            watch()
        return self.now
