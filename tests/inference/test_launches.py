"""Engines are wanted by what is sent, and what waits for one that failed is ended."""

import time
from pathlib import Path

import pytest
import redis

from inference import launches, relay
from inference.dispatch import queue_of, send
from inference.events import Ended
from inference.launches import Launch, LaunchState, Supervision, Want
from inference.models import Generation
from inference.sweeper import sweep
from playground.local.valkey import Valkey
from tests.factories import make_generation
from tests.inference.results import claimed

PROFILES = """
[[profile]]
name = "quick"
title = "Quick words"
engine = "scripted"
model = "scripted"
memory_mib = 300
"""


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(PROFILES)
    monkeypatch.setenv("PLAYGROUND_PROFILES", str(file))
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")


def supervise(client: redis.Redis, state: LaunchState, reason: str = "") -> None:
    """Have a supervisor that says this of the quick one."""
    launch = Launch(profile="quick", state=state, since=time.time(), reason=reason)
    found = Supervision(
        budget_mib=4000, taken_mib=0, idle_seconds=600, launches={launch.profile: launch}
    )
    launches.publish(client, found)


def told(client: redis.Redis) -> list[object]:
    entries = client.xrange(relay.STREAM)
    return [event for _, fields in entries for event in relay.decode_events(fields)]


def test_it_wants_the_engines_of_what_is_sent(client: redis.Redis) -> None:
    send([(7, "small"), (8, "quick"), (9, "nobody's")])
    assert launches.take_wants(client) == {"quick": Want(verb="start", memory_mib=300)}
    assert launches.take_wants(client) == {}


def test_it_takes_the_newest_want_and_passes_over_what_it_cannot_read(client: redis.Redis) -> None:
    launches.want(client, {"quick": Want(verb="start")})
    launches.want(client, {"quick": Want(verb="stop")})
    client.hset(launches.WANTED, "other", b'{"verb": "dance"}')
    assert launches.take_wants(client) == {"quick": Want(verb="stop")}


def test_it_forgets_wants_that_nobody_takes(client: redis.Redis) -> None:
    launches.want(client, {"quick": Want(verb="start")})
    assert 0 < client.ttl(launches.WANTED) <= launches.WANTED_SECONDS


def test_it_knows_how_engines_stand_while_a_supervisor_says_so(client: redis.Redis) -> None:
    assert launches.supervision(client) is None
    supervise(client, "starting")
    found = launches.supervision(client)
    assert found is not None
    assert (found.launches["quick"].state, found.launches["quick"].seconds) == ("starting", 0)
    assert 0 < client.ttl(launches.SUPERVISION) <= launches.SUPERVISION_SECONDS


@pytest.mark.django_db(transaction=True)
def test_it_wants_again_what_something_waits_for(client: redis.Redis) -> None:
    make_generation(profile="quick")
    client.lpush(queue_of("quick"), "a task that no worker fetches")
    sweep(client)
    assert launches.take_wants(client) == {}, "in a cluster nobody would take it"
    supervise(client, "stopped")
    sweep(client)
    assert launches.take_wants(client) == {"quick": Want(verb="start", memory_mib=300)}
    assert Generation.objects.get().status == "queued"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["waiting", "starting", "ready", "stopping", "stopped"])
def test_it_lets_wait_what_can_still_be_run(client: redis.Redis, state: LaunchState) -> None:
    make_generation(profile="quick")
    supervise(client, state)
    sweep(client)
    assert Generation.objects.get().status == "queued"


@pytest.mark.django_db(transaction=True)
def test_it_ends_with_the_reason_what_waits_for_a_failed_engine(client: redis.Redis) -> None:
    waits = make_generation(profile="quick")
    other = make_generation(profile="small")
    running = claimed(profile="quick")
    supervise(client, "failed", "There is no such folder.")
    sweep(client)
    row = Generation.objects.get(pk=waits.pk)
    reason = "The engine could not be started. There is no such folder."
    assert (row.status, row.error, row.finish_reason) == ("failed", reason, "error")
    assert row.finished_at is not None
    assert Generation.objects.get(pk=other.pk).status == "queued"
    assert Generation.objects.get(pk=running.id).status == "running"
    (end,) = [event for event in told(client) if isinstance(event, Ended)]
    assert (end.generation, end.status, end.error) == (waits.pk, "failed", reason)
