"""What a scrape shows: this process, the queue, the workers, and the stores themselves."""

import time
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.test import Client
from django.utils import timezone

from inference import exporting
from inference.sweeper import sweep
from inference.workers import Heartbeat, State, beat_sync
from playground.local.valkey import Valkey
from tests.factories import PASSWORD, Cast, make_generation, make_user
from tests.playground.scraping import TOKEN, scrape, value

pytestmark = pytest.mark.django_db(transaction=True)
NODE = "small@here:1"


@pytest.fixture(autouse=True)
def client_of_valkey(valkey: Valkey, settings: Any) -> redis.Redis:
    settings.METRICS_TOKEN = TOKEN
    return redis.Redis.from_url(valkey.url)


def beat(client: redis.Redis, state: State, node: str = NODE) -> None:
    beat_sync(
        client,
        Heartbeat(profile="small", node=node, state=state, running=3, capacity=64, pid=1),
    )


def test_it_counts_requests_by_view_and_status(cast: Cast, client: Client) -> None:
    labels = {"view": "history", "status": "2xx"}
    before = value(scrape(), "playground_http_requests_total", **labels) or 0
    client.force_login(cast.alice)
    client.get("/sessions/")
    client.get("/sessions/?page=none")
    after = scrape()
    assert value(after, "playground_http_requests_total", **labels) == before + 2
    assert (value(after, "playground_http_request_seconds_sum", view="history") or 0) > 0


def test_it_gives_no_series_to_addresses_that_are_not_served(client: Client) -> None:
    client.get("/a/secret-of-mine/")
    client.get("/another/")
    samples = scrape()
    assert value(samples, "playground_http_requests_total", view="none", status="4xx")
    assert not any("secret" in label for _, labels in samples for _, label in labels)


def test_it_counts_sign_ins(transactional_db: None, client: Client) -> None:
    user = make_user("alice", PASSWORD)
    names = [("accepted", PASSWORD), ("refused", "something else")]
    before = [value(scrape(), "playground_sign_ins_total", outcome=n) or 0 for n, _ in names]
    for _, password in names:
        Client().post("/accounts/login/", {"login": user.email, "password": password})
    after = [value(scrape(), "playground_sign_ins_total", outcome=n) for n, _ in names]
    assert after == [count + 1 for count in before]


def test_it_tells_the_depth_and_age_of_the_queue(transactional_db: None) -> None:
    assert value(scrape(), "playground_queue_depth", profile="small") == 0
    make_generation()
    make_generation(accepted_at=timezone.now() - timedelta(seconds=90))
    make_generation(profile="gone")
    make_generation(status="done")
    samples = scrape("shared")
    assert value(samples, "playground_queue_depth", profile="small") == 2
    assert value(samples, "playground_queue_oldest_seconds", profile="small") == pytest.approx(
        90, abs=5
    )
    assert value(samples, "playground_queue_depth", profile="gone") == 1


def test_it_tells_of_workers_by_state(client_of_valkey: redis.Redis) -> None:
    beat(client_of_valkey, "ready")
    beat(client_of_valkey, "ready", "small@there:2")
    beat(client_of_valkey, "loading", "small@there:3")
    samples = scrape()
    states = {s: value(samples, "playground_workers", profile="small", state=s) for s in
              ("ready", "loading", "draining", "restarting")}  # fmt: skip
    assert states == {"ready": 2, "loading": 1, "draining": 0, "restarting": 0}
    assert value(samples, "playground_capacity", profile="small") == 128


def test_it_tells_of_a_profile_that_has_no_worker() -> None:
    assert value(scrape(), "playground_workers", profile="small", state="ready") == 0


def test_it_shows_what_workers_publish(client_of_valkey: redis.Redis) -> None:
    beat(client_of_valkey, "ready")
    beat(client_of_valkey, "ready", "small@there:2")
    assert not exporting.publish(client_of_valkey, "small", NODE), "nobody has asked yet"
    scrape()
    exporting.GENERATIONS.labels("small", "done").inc()
    for node in (NODE, "small@there:2"):
        assert exporting.publish(client_of_valkey, "small", node)
    samples = scrape()
    for node in (NODE, "small@there:2"):
        labels = {"profile": "small", "worker": node}
        assert value(samples, "playground_generations_total", status="done", **labels)
        assert value(samples, "playground_worker_process_cpu_seconds_total", **labels)


def test_it_forgets_a_worker_that_is_gone(client_of_valkey: redis.Redis) -> None:
    beat(client_of_valkey, "ready")
    scrape()
    exporting.publish(client_of_valkey, "small", NODE)
    client_of_valkey.delete(f"worker:small:{NODE}")
    assert not any(("worker", NODE) in labels for _, labels in scrape())


def test_it_counts_what_the_sweeper_moved(client_of_valkey: redis.Redis) -> None:
    assert value(scrape(), "playground_sweep_age_seconds") is None
    gone = timezone.now() - timedelta(seconds=60)
    make_generation(status="running", attempt=1, lease_owner="gone", lease_until=gone)
    sweep(client_of_valkey)
    samples = scrape()
    assert value(samples, "playground_leases_swept_total") == 1
    assert value(samples, "playground_tasks_waiting", queue="engine.small") == 1
    assert (value(samples, "playground_sweep_age_seconds") or 0) < 5


def test_it_says_that_valkey_is_away(valkey: Valkey) -> None:
    make_generation()
    valkey.kill()
    try:
        samples = scrape()
    finally:
        valkey.restart()
    assert value(samples, "playground_valkey_up") == 0
    assert value(samples, "playground_queue_depth", profile="small") == 1


def test_it_parts_what_is_shared_from_what_is_of_this_process() -> None:
    process, shared = scrape("process"), scrape("shared")
    names = {name for name, _ in process} & {name for name, _ in shared}
    assert not names
    assert value(process, "playground_sockets_open") is not None
    assert value(shared, "playground_postgres_up") == 1


def test_it_is_quick(client_of_valkey: redis.Redis) -> None:
    for number in range(20):
        beat(client_of_valkey, "ready", f"small@there:{number}")
    scrape()
    begun = time.perf_counter()
    scrape()
    assert time.perf_counter() - begun < 0.5
