"""The queues are sampled each minute, shown over time, and kept thinner with age."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inference.stores import valkey as client
from inference.workers import Heartbeat, beat_sync
from playground.analytics.sampling import QueueSample, sample, thin
from playground.local.valkey import Valkey
from tests.factories import Cast, make_generation
from tests.playground.analytics.asked import an_hour_ago, asked, table

pytestmark = pytest.mark.django_db(transaction=True)


def beat(node: str, state: str) -> None:
    heartbeat = Heartbeat(
        profile="small", node=node, state=state, running=0, capacity=4, pid=1  # type: ignore[arg-type]
    )  # fmt: skip
    beat_sync(client(), heartbeat)


def test_it_samples_queues_and_workers(valkey: Valkey) -> None:
    old = make_generation(accepted_at=timezone.now() - timedelta(seconds=90))
    make_generation()
    make_generation(status="running", profile="draft")
    beat("a", "ready")
    beat("b", "loading")
    sample()
    sample()
    small = QueueSample.objects.get(profile="small")
    assert (small.waiting, small.running, small.workers) == (2, 0, 1)
    assert small.oldest_s == pytest.approx(90, abs=20)
    draft = QueueSample.objects.get(profile="draft")
    assert (draft.waiting, draft.running, draft.workers) == (0, 1, 0)
    assert old.status == "queued"


def put(minutes: int, **fields: float) -> None:
    QueueSample.objects.create(
        at=an_hour_ago() + timedelta(minutes=minutes), profile="small",
        **{"waiting": 0, "running": 0, "workers": 1, "oldest_s": 0, **fields},
    )  # fmt: skip


def test_it_shows_them_over_time(cast: Cast, valkey: Valkey) -> None:
    put(0, waiting=4)
    put(1, waiting=0, workers=0)
    put(11, waiting=1, oldest_s=7)
    first, second = table(cast.alice, "/usage/load/", "queue", range="24h")
    assert (first["waiting"], first["most_waiting"], first["fewest_workers"]) == (2, 4, 0)
    assert (second["waiting"], second["oldest_s"]) == (1, 7)
    assert b"data-chart" in asked(cast.alice, "/usage/load/").content


def test_by_day_it_counts_every_tenth_minute_before_and_after_the_others_went(
    cast: Cast, valkey: Valkey
) -> None:
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    for days in (3, 20):
        for minute, waiting in ((0, 4), (10, 2), (11, 900)):
            if days == 20 and minute % 10:
                continue
            QueueSample.objects.create(
                at=noon - timedelta(days=days) + timedelta(minutes=minute),
                profile="small", waiting=waiting, running=0, workers=1, oldest_s=0,
            )  # fmt: skip
    old, late = table(cast.alice, "/usage/load/", "queue", range="30d")
    assert [(row["waiting"], row["most_waiting"]) for row in (old, late)] == [(3, 4), (3, 4)]


def test_it_keeps_fewer_of_the_old() -> None:
    start = timezone.now().replace(minute=0, second=0, microsecond=0)
    for days in (0, 9, 500):
        for minute in range(0, 60, 5):
            at = start - timedelta(days=days) + timedelta(minutes=minute)
            QueueSample.objects.create(
                at=at, profile="small", waiting=0, running=0, workers=0, oldest_s=0
            )
    thin()
    assert QueueSample.objects.filter(at__gte=start).count() == 12
    assert QueueSample.objects.filter(at__lt=start).count() == 6
