"""Generations that take turns: one after another, whoever dies meanwhile."""

from collections.abc import Iterator

import pytest
import redis
from django.db import transaction

from inference import ledger
from inference.dispatch import queue_of
from inference.engines.scripted import ScriptedEngine
from inference.models import MAX_ATTEMPTS, Generation
from inference.profiles import Profile
from inference.runner import Runner
from inference.sweeper import sweep
from inference.turns import go_on, line_up
from playground.local.processes import wait_until
from playground.local.valkey import Valkey
from tests.factories import make_generation
from tests.inference.results import done, expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


@pytest.fixture
def runner(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    profile = Profile("small", "Scripted", "", "scripted", "scripted", {"interval": 0.02})
    made = Runner(ScriptedEngine(profile), "small", "test")
    made.start()
    yield made
    made.stop()


def in_line(*turns: int, **fields: object) -> list[int]:
    """Generations with these turns."""
    with transaction.atomic():
        ids = [make_generation(**{"settings": {"max_tokens": 4}, **fields}).pk for _ in turns]
        line_up(ids, turns)
    return ids


def ended(id: int) -> None:
    """Have a worker make it, to its end."""
    (claim,) = ledger.claim("one", [id])
    assert claim is not None
    ledger.finish("one", [done(claim)])


def may_begin(ids: list[int]) -> list[int]:
    return [id for id in ids if ledger.claim("probe", [id]) != [None]]


def test_nobody_claims_what_waits_for_its_turn(client: redis.Redis) -> None:
    ids = in_line(0, 1, 2)
    assert may_begin(ids) == ids[:1]


def test_the_next_begins_when_the_one_before_has_ended(client: redis.Redis) -> None:
    ids = in_line(1, 0, 2)
    ended(ids[1])
    go_on(min(ids))
    assert client.llen(queue_of("small")) == 1
    assert may_begin(ids) == [ids[0]]


def test_all_of_a_turn_begin_together_after_the_last_of_the_turn_before(
    client: redis.Redis,
) -> None:
    ids = in_line(0, 0, 1, 1)
    ended(ids[0])
    go_on(ids[0])
    assert client.llen(queue_of("small")) == 0
    ended(ids[1])
    go_on(ids[0])
    assert may_begin(ids) == ids[2:]


def test_a_worker_passes_the_turn_on(client: redis.Redis, runner: Runner) -> None:
    ids = in_line(0, 1)
    runner.submit(ids[0]).result(timeout=10)
    assert client.llen(queue_of("small")) == 1
    runner.submit(ids[1]).result(timeout=10)
    first, second = Generation.objects.order_by("pk")
    assert (first.status, second.status) == ("done", "done")
    assert second.turn_at >= first.finished_at


def test_times_count_from_the_turn(runner: Runner) -> None:
    ids = in_line(0, 1, settings={"max_tokens": 20})
    for id in ids:
        runner.submit(id).result(timeout=10)
    first, second = Generation.objects.order_by("pk")
    whole = (second.finished_at - second.accepted_at).total_seconds() * 1e6
    assert second.e2e_us < whole - 0.8 * first.e2e_us
    assert second.dispatch_us < first.e2e_us


def test_the_sweeper_goes_on_where_the_worker_died_before_it_could(client: redis.Redis) -> None:
    ids = in_line(0, 1)
    ended(ids[0])
    assert sweep(client) == 1
    assert client.llen(queue_of("small")) == 1
    assert sweep(client) == 0


def test_the_sweeper_goes_on_after_the_last_attempt_was_lost(client: redis.Redis) -> None:
    ids = in_line(0, 1, attempt=MAX_ATTEMPTS - 1)
    (claim,) = ledger.claim("one", ids[:1])
    assert claim is not None
    expire(claim)
    sweep(client)
    assert Generation.objects.get(pk=ids[0]).status == "interrupted"
    assert may_begin(ids) == ids[1:]


def test_the_sweeper_sends_again_what_a_lost_valkey_held(client: redis.Redis) -> None:
    ids = in_line(0, 1)
    ended(ids[0])
    go_on(ids[0])
    client.flushall()
    Generation.objects.update(sent_at="2026-01-01T00:00Z")
    sweep(client)
    assert client.llen(queue_of("small")) == 1
    assert may_begin(ids) == ids[1:]


def test_a_lost_queue_sends_nothing_ahead_of_its_turn(client: redis.Redis) -> None:
    in_line(0, 1, 2)
    Generation.objects.update(sent_at="2026-01-01T00:00Z")
    sweep(client)
    assert client.llen(queue_of("small")) == 1


def test_a_stop_of_the_next_lets_the_one_after_wait_for_the_one_before(
    client: redis.Redis,
) -> None:
    ids = in_line(0, 1, 2)
    ledger.claim("one", ids[:1])
    ledger.request_stop(ids[1:2])
    sweep(client)
    assert may_begin(ids) == []


def test_a_stop_of_the_first_lets_the_next_begin(client: redis.Redis) -> None:
    ids = in_line(0, 1)
    ledger.request_stop(ids[:1])
    sweep(client)
    assert may_begin(ids) == ids[1:]


def test_it_records_what_else_ran_when_an_answer_began(runner: Runner) -> None:
    other = make_generation(settings={"max_tokens": 4000}, request_id="another")
    mine = [make_generation(settings={"max_tokens": 9}, request_id="this").pk for _ in range(2)]
    alone = runner.submit(other.pk)
    assert wait_until(lambda: Generation.objects.get(pk=other.pk).status == "running", 5)
    for future in [runner.submit(id) for id in mine]:
        future.result(timeout=10)
    rows = Generation.objects.filter(pk__in=mine)
    assert {(row.load_running, row.load_waiting) for row in rows} == {(1, 0)}
    runner.drain(0)
    alone.result(timeout=10)
