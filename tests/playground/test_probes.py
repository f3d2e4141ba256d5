"""Is this process alive; is everything behind it?"""

import pytest
import redis
from django.test import Client

from inference.workers import Heartbeat, State, beat_sync
from playground.local.valkey import Valkey


def beat(valkey: Valkey, state: State) -> None:
    heartbeat = Heartbeat(
        profile="small", node="small@here:1", state=state, running=0, capacity=64, pid=1
    )
    with redis.Redis.from_url(valkey.url) as client:
        beat_sync(client, heartbeat)


def test_it_is_alive_whatever_else_is_not(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_ready_when_an_engine_is(client: Client, valkey: Valkey) -> None:
    beat(valkey, "ready")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"postgres": True, "valkey": True, "engines": {"small": "ready"}}


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["loading", "restarting", "draining"])
def test_it_waits_for_the_engine(client: Client, valkey: Valkey, state: State) -> None:
    beat(valkey, state)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["engines"]) == (503, {"small": "loading"})


@pytest.mark.django_db
def test_it_says_that_no_worker_runs(client: Client, valkey: Valkey) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["engines"]) == (503, {"small": "absent"})


@pytest.mark.django_db
def test_it_says_that_valkey_is_away(client: Client, valkey: Valkey) -> None:
    valkey.kill()
    try:
        answer = client.get("/readyz")
    finally:
        valkey.restart()
    assert (answer.status_code, answer.json()["valkey"]) == (503, False)


@pytest.mark.django_db(transaction=True)
def test_it_says_that_postgres_is_away(
    client: Client, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError, connection

    def refuse() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["postgres"]) == (503, False)


@pytest.mark.django_db
def test_it_answers_probes_over_plain_http_behind_a_proxy(
    client: Client, settings: pytest.FixtureRequest, valkey: Valkey
) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/accounts/login/").status_code == 301
