"""The sweeper: what dead workers leave is set going again, by one sweeper."""

import threading

import pytest
import redis

from inference import relay
from inference.dispatch import queue_of
from inference.events import Delta, Ended, Snapshot, StatusChange
from inference.models import MAX_ATTEMPTS, Attempt, Generation
from inference.sweeper import sweep
from playground.local.valkey import Valkey
from tests.factories import make_generation
from tests.inference.results import claimed, expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


def show(client: redis.Redis, generation: int, attempt: int = 1) -> None:
    """Have it shown "Once upon a": two pieces in the snapshot, one after it."""
    snapshot = Snapshot(generation=generation, attempt=attempt, seq=2, text="Once upon", tokens=2)
    client.set(relay.snapshot_key(generation), relay.encode_snapshot(snapshot))
    piece = Delta(generation=generation, attempt=attempt, start=2, pieces=[(" a", [3], 9.0)])
    client.xadd(relay.STREAM, {relay.FIELD: relay.encode_events([piece])})


def told(client: redis.Redis) -> list[object]:
    entries = client.xrange(relay.STREAM)
    return [event for _, fields in entries for event in relay.decode_events(fields)]


def test_it_queues_what_a_dead_worker_left(client: redis.Redis) -> None:
    claim = claimed()
    show(client, claim.id)
    expire(claim)
    assert sweep(client) == 1
    assert Generation.objects.get().status == "queued"
    assert Attempt.objects.get().text == "Once upon a"
    assert client.llen(queue_of("small")) == 1
    assert told(client)[-1] == StatusChange(
        generation=claim.id, attempt=1, status="queued",
        detail="The worker was lost. Attempt 2 of 3 follows.",
    )  # fmt: skip


def test_it_ends_the_last_attempt_with_what_was_shown(client: redis.Redis) -> None:
    claim = claimed(attempt=MAX_ATTEMPTS - 1)
    show(client, claim.id, MAX_ATTEMPTS)
    expire(claim)
    sweep(client)
    row = Generation.objects.get()
    assert (row.status, row.text) == ("interrupted", "Once upon a")
    end = told(client)[-1]
    assert isinstance(end, Ended)
    assert (end.status, end.text, end.error) == (
        "interrupted",
        "Once upon a",
        "The worker was lost.",
    )
    assert client.get(relay.snapshot_key(claim.id)) is None


def test_it_takes_no_text_of_an_earlier_attempt(client: redis.Redis) -> None:
    claim = claimed(attempt=1)
    show(client, claim.id, attempt=1)
    expire(claim)
    sweep(client)
    assert Attempt.objects.get(number=2).text == ""


def test_it_leaves_living_workers_alone(client: redis.Redis) -> None:
    claimed()
    assert sweep(client) == 0


def test_it_lets_one_of_two_sweepers_win(client: redis.Redis) -> None:
    claims = [claimed() for _ in range(10)]
    for claim in claims:
        expire(claim)
    start, moved = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        moved.append(sweep(client))

    sweepers = [threading.Thread(target=work) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert sum(moved) == len(claims)
    assert client.llen(queue_of("small")) == len(claims)
    assert Attempt.objects.filter(outcome="lost").count() == len(claims)


def test_it_sends_again_after_the_queue_was_lost(client: redis.Redis) -> None:
    make_generation()
    assert sweep(client) == 1
    assert sweep(client) == 0
    assert client.llen(queue_of("small")) == 1


def test_it_does_not_send_again_what_still_stands_in_the_queue(client: redis.Redis) -> None:
    client.lpush(queue_of("small"), "a task")
    make_generation()
    assert sweep(client) == 0


def test_it_says_nothing_where_nothing_is_left(client: redis.Redis) -> None:
    assert sweep(client) == 0
    assert told(client) == []
