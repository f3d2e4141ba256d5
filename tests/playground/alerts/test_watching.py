"""What each measure sees, and what comes of it: one incident, one message each way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from inference.stores import valkey as client
from inference.workers import Heartbeat, beat_sync
from playground.alerts.models import Incident, Message, Rule
from playground.alerts.watching import note
from playground.local.valkey import Valkey
from playground.quotas.models import Quota
from tests.factories import Cast, make_generation, team_of
from tests.playground.alerts.rules import Clock, ended, make_rule

pytestmark = pytest.mark.django_db(transaction=True)


def changes() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("change", flat=True))


def test_it_fires_once_and_is_over_once(cast: Cast, clock: Clock) -> None:
    make_rule(cast)
    slow = ended(cast, ttft_us=800_000)
    clock.watch(1)
    assert not Incident.objects.exists()
    began = clock.watch(1)
    clock.watch(5)
    incident = Incident.objects.get()
    assert (incident.value, incident.limit, incident.ended_at) == (800, 500, None)
    assert incident.began_at == began.replace(second=0)
    assert changes() == ["fired"]
    slow.delete()
    clock.watch(5)
    incident.refresh_from_db()
    assert incident.ended_at == began.replace(second=0) + timedelta(minutes=7)
    assert changes() == ["fired", "resolved"]


def test_it_counts_a_minute_once(cast: Cast, clock: Clock) -> None:
    rule = make_rule(cast, fire_after=3)
    minute = timezone.now().replace(second=0, microsecond=0)
    for _ in range(5):
        note(rule.pk, minute, 800)
    rule.refresh_from_db()
    assert (rule.bad_minutes, rule.value) == (1, 800)


def test_it_fires_once_where_many_watch(cast: Cast) -> None:
    rule = make_rule(cast, fire_after=1)
    minute = timezone.now().replace(second=0, microsecond=0)

    def look(_: int) -> None:
        note(rule.pk, minute, 800)
        connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(look, range(8)))
    assert Incident.objects.count() == 1
    assert changes() == ["fired"]


def test_it_goes_on_where_it_stopped(cast: Cast, clock: Clock) -> None:
    """Nothing is kept in the process: what counts is in the row."""
    rule = make_rule(cast, fire_after=4)
    ended(cast, ttft_us=800_000)
    clock.watch(2)
    assert Rule.objects.get(pk=rule.pk).bad_minutes == 2
    clock.watch(2)
    assert changes() == ["fired"]


def test_minutes_that_nobody_saw_end_a_row(cast: Cast, clock: Clock) -> None:
    rule = make_rule(cast, fire_after=3)
    note(rule.pk, clock.now, 800)
    note(rule.pk, clock.now + timedelta(minutes=1), 800)
    note(rule.pk, clock.now + timedelta(minutes=30), 800)
    rule.refresh_from_db()
    assert (rule.bad_minutes, Incident.objects.count()) == (1, 0)


def test_it_keeps_the_worst(cast: Cast, clock: Clock) -> None:
    rule = make_rule(cast, fire_after=1)
    for minutes, value in enumerate((600, 900, 700)):
        note(rule.pk, clock.now + timedelta(minutes=minutes), value)
    incident = Incident.objects.get()
    assert (incident.value, incident.worst) == (600, 900)


def test_it_looks_at_its_own_team_and_model_alone(cast: Cast, clock: Clock) -> None:
    make_rule(cast, fire_after=1)
    make_rule(cast, fire_after=1, profile="draft")
    ended(cast, ttft_us=100_000)
    ended(cast, team_id=team_of(cast.charlie).pk, ttft_us=900_000)
    clock.watch(1)
    assert {rule.profile: rule.value for rule in Rule.objects.all()} == {"": 100, "draft": None}


def test_it_looks_at_every_team_for_the_site(cast: Cast, clock: Clock) -> None:
    rule = make_rule(cast, team=None, fire_after=1)
    ended(cast, team_id=team_of(cast.charlie).pk, ttft_us=900_000)
    clock.watch(1)
    assert Incident.objects.get().rule == rule


def test_it_does_not_judge_by_too_few(cast: Cast, clock: Clock) -> None:
    make_rule(cast, measure="error_rate", limit=5, at_least=3, fire_after=1)
    ended(cast, status="failed")
    ended(cast, status="done")
    clock.watch(1)
    assert Rule.objects.get().value is None
    ended(cast, status="interrupted")
    clock.watch(1)
    assert Rule.objects.get().value == pytest.approx(200 / 3)
    assert changes() == ["fired"]


def test_it_forgets_what_ended_before_its_window(cast: Cast, clock: Clock) -> None:
    make_rule(cast, fire_after=1, window_minutes=5)
    ended(cast, ttft_us=900_000, finished_at=timezone.now() - timedelta(minutes=6))
    clock.watch(1)
    assert Rule.objects.get().value is None


def test_it_sees_long_waits(cast: Cast, clock: Clock) -> None:
    make_rule(cast, measure="queue_age", limit=60, profile="small", fire_after=1)
    make_generation(accepted_at=timezone.now() - timedelta(seconds=90))
    make_generation(accepted_at=timezone.now() - timedelta(seconds=900), profile="draft")
    clock.watch(1)
    assert Incident.objects.get().value == pytest.approx(90, abs=61)


def test_it_sees_that_no_worker_is_ready(cast: Cast, clock: Clock, valkey: Valkey) -> None:
    make_rule(cast, measure="no_worker", limit=0, profile="small")
    clock.watch(2)
    assert changes() == ["fired"]
    for state in ("loading", "ready"):
        heartbeat = Heartbeat(
            profile="small", node="a", state=state, running=0, capacity=1, pid=1  # type: ignore[arg-type]
        )  # fmt: skip
        beat_sync(client(), heartbeat)
        clock.watch(2)
        assert Incident.objects.filter(ended_at=None).exists() == (state == "loading")


def test_it_sees_a_quota_nearly_used(cast: Cast, clock: Clock) -> None:
    make_rule(cast, measure="quota", limit=80, fire_after=1)
    clock.watch(1)
    assert Rule.objects.get().value is None
    Quota.objects.create(team=cast.team, tokens_a_month=1000)
    ended(cast, prompt_tokens=500, output_tokens=300)
    clock.watch(1)
    assert Incident.objects.get().value == 80


def test_it_sends_nothing_while_muted(cast: Cast, clock: Clock) -> None:
    make_rule(cast, fire_after=1, muted_until=clock.now + timedelta(hours=1))
    slow = ended(cast, ttft_us=800_000)
    clock.watch(1)
    Rule.objects.update(muted_until=None)
    slow.delete()
    clock.watch(5)
    assert Incident.objects.get().ended_at is not None
    assert changes() == []


def test_it_leaves_a_deleted_team_alone(cast: Cast, clock: Clock) -> None:
    make_rule(cast, fire_after=1)
    ended(cast, ttft_us=800_000)
    cast.team.deleted_at = timezone.now()
    cast.team.save()
    clock.watch(2)
    assert Rule.objects.get().looked_at is None
