"""Is this process alive; is everything behind it?"""

import pytest
import redis
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from inference.sweeper import sweep
from inference.workers import Heartbeat, State, beat_sync
from playground import probes
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
    state = answer.json()
    assert (state["postgres"], state["migrated"], state["valkey"]) == (True, True, True)
    assert (state["engines"], state["wrong"]) == ({"small": "ready"}, [])


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


@pytest.mark.django_db(transaction=True)
def test_it_warns_while_nothing_is_swept(client: Client, valkey: Valkey) -> None:
    beat(valkey, "ready")
    assert "Nothing is swept" in client.get("/readyz").json()["warnings"][0]
    with redis.Redis.from_url(valkey.url) as store:
        sweep(store)
    state = client.get("/readyz").json()
    assert (state["warnings"], state["sweep_age_seconds"] < 5) == ([], True)


@pytest.mark.django_db
def test_it_is_not_ready_before_the_migrations(
    client: Client, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(valkey, "ready")
    monkeypatch.setattr(probes, "_migrated", False)
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("inference")
    MigrationRecorder(connection).record_unapplied(app, newest)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrated"]) == (503, False)
    assert "manage.py migrate" in answer.json()["wrong"][0]


@pytest.mark.django_db
def test_it_says_that_valkey_is_away(client: Client, valkey: Valkey) -> None:
    valkey.kill()
    try:
        answer = client.get("/readyz")
    finally:
        valkey.restart()
    assert (answer.status_code, answer.json()["valkey"]) == (503, False)
    assert answer.json()["wrong"] == ["Valkey cannot be reached."]


@pytest.mark.django_db(transaction=True)
def test_it_says_that_postgres_is_away(
    client: Client, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def refuse() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["postgres"]) == (503, False)
    assert "Postgres cannot be reached." in answer.json()["wrong"]


@pytest.mark.django_db
def test_it_answers_probes_over_plain_http_behind_a_proxy(
    client: Client, settings: pytest.FixtureRequest, valkey: Valkey
) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 503
    assert Client().get("/accounts/login/").status_code == 301
