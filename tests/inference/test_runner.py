"""A worker's engine room: from a task's number to a stored end."""

import time
from collections.abc import Callable, Iterator

import pytest
import redis

from inference import ledger
from inference.control import publish_stops
from inference.dispatch import queue_of
from inference.engines.scripted import ScriptedEngine
from inference.models import Attempt, Generation
from inference.profiles import Profile
from inference.runner import Runner
from playground.local.processes import wait_until
from playground.local.valkey import Valkey
from tests.factories import make_generation

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., Runner]


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


@pytest.fixture
def start(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a runner with a scripted engine."""
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    started: list[Runner] = []

    def begin(**arguments: float) -> Runner:
        script = {"interval": 0.01, **arguments}
        profile = Profile("small", "Scripted", "", "scripted", "scripted", script)
        runner = Runner(ScriptedEngine(profile), "small", "test")
        runner.start()
        started.append(runner)
        return runner

    yield begin
    for runner in started:
        runner.stop()


def test_it_runs_a_generation_to_its_stored_end(start: Start) -> None:
    row = make_generation(settings={"max_tokens": 12})
    start().submit(row.pk).result(timeout=10)
    row.refresh_from_db()
    assert (row.status, row.finish_reason, row.output_tokens) == ("done", "length", 12)
    assert len(row.text.split()) == len(row.token_ids or ()) == 12
    assert len(row.gaps_us or ()) == 11
    assert (row.engine, row.e2e_us is not None) == ("scripted", True)


def test_it_says_why_a_prompt_cannot_run(start: Start) -> None:
    row = make_generation(messages=[{"role": "user", "content": "word " * 5000}])
    start().submit(row.pk).result(timeout=10)
    row.refresh_from_db()
    assert row.status == "failed"
    assert "tokens long" in row.error


def test_it_stops_within_200_ms(start: Start, client: redis.Redis) -> None:
    row = make_generation(settings={"max_tokens": 4000})
    ending = start().submit(row.pk)
    assert wait_until(lambda: Generation.objects.get().status == "running", 5)
    time.sleep(0.1)
    ledger.request_stop([row.pk])
    begun = time.monotonic()
    publish_stops(client, [row.pk])
    ending.result(timeout=5)
    assert time.monotonic() - begun < 0.2
    row.refresh_from_db()
    assert (row.status, row.finish_reason, row.text != "") == ("stopped", "abort", True)


def test_it_stops_what_is_asked_to_stop_while_it_is_being_claimed(
    start: Start, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ledger.claim

    def claim_slowly(*given: object) -> object:
        found = claim(*given)  # type: ignore[arg-type]
        ledger.request_stop([row.pk])
        publish_stops(client, [row.pk])
        time.sleep(0.2)
        return found

    row = make_generation(settings={"max_tokens": 4000})
    monkeypatch.setattr(ledger, "claim", claim_slowly)
    runner = start()
    time.sleep(0.2)
    begun = time.monotonic()
    runner.submit(row.pk).result(timeout=10)
    assert time.monotonic() - begun < 2, "sooner than the lease is renewed"
    assert Generation.objects.get().status == "stopped"


def test_it_hands_back_what_the_engine_lost(start: Start, client: redis.Redis) -> None:
    row = make_generation(settings={"max_tokens": 20})
    runner = start(die_after=5)
    runner.submit(row.pk).result(timeout=10)
    assert Generation.objects.get().status == "queued"
    assert len(Attempt.objects.get().text.split()) == 5
    assert client.llen(queue_of("small")) == 1
    runner.submit(row.pk).result(timeout=10)
    assert Generation.objects.get().status == "done"


def test_it_hands_back_what_does_not_finish_in_time(start: Start, client: redis.Redis) -> None:
    row = make_generation(settings={"max_tokens": 4000})
    runner = start()
    ending = runner.submit(row.pk)
    assert wait_until(lambda: Generation.objects.get().status == "running", 5)
    runner.drain(0.2)
    ending.result(timeout=5)
    assert Generation.objects.get().status == "queued"
    assert client.llen(queue_of("small")) == 1


def test_it_begins_nothing_new_while_it_drains(start: Start, client: redis.Redis) -> None:
    runner = start()
    runner.drain(1)
    row = make_generation()
    runner.submit(row.pk).result(timeout=5)
    row.refresh_from_db()
    assert (row.status, row.attempt) == ("queued", 0)
    assert client.llen(queue_of("small")) == 1


def test_it_tells_when_its_loop_has_failed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[bool] = []
    runner = start(die_after=1)
    runner.on_failure = lambda: failed.append(True)

    async def break_down() -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(runner.engine, "restart", break_down)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    runner.submit(make_generation().pk)
    assert wait_until(lambda: bool(failed), 5)
