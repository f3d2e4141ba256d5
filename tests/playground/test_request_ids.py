"""One id from the browser to the engine: in the answer, the log, the row, the task, the engine."""

import io
import logging
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from django.test import Client

from inference import ledger
from inference.engines.protocol import Completed, Delta, EngineRequest
from inference.engines.scripted import ScriptedEngine
from inference.models import Generation
from inference.profiles import Profile
from inference.runner import Runner
from playground.local.valkey import Valkey
from playground.metrics.requests import request_id_of
from tests.factories import Cast, make_generation
from tests.playground.compare.page import opened, run
from tests.playground.messages import waiting

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN = "3f2b-from-the-proxy"


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines of structlog, as dictionaries."""
    return [record.msg for record in caplog.records if isinstance(record.msg, dict)]


def test_it_keeps_an_id_that_was_given(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answer = client.get("/accounts/login/", headers={"x-request-id": GIVEN})
    assert answer["X-Request-ID"] == GIVEN
    (line,) = [line for line in logged(caplog) if line["event"] == "request"]
    assert (line["request_id"], line["view"], line["status"]) == (GIVEN, "account_login", 200)


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "two\nlines-of-log", "space in it", "ünïcode-id", "-leading-x"]
)
def test_it_makes_one_where_none_is_fit(given: str) -> None:
    made = request_id_of(given)
    assert made != given
    assert uuid.UUID(made)


def test_it_gives_every_request_its_own(client: Client) -> None:
    ids = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/staff/", 302)])
def test_it_names_the_request_on_every_answer(client: Client, path: str, status: int) -> None:
    answer = client.get(path, headers={"x-request-id": GIVEN})
    assert (answer.status_code, answer["X-Request-ID"]) == (status, GIVEN)


def test_it_shows_the_id_where_something_is_missing_or_broke(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert GIVEN in client.get("/nowhere/", headers={"x-request-id": GIVEN}).content.decode()

    def broken(*_: Any) -> None:
        raise RuntimeError("of no concern to the reader")

    monkeypatch.setattr("playground.probes._look_at_relay", broken)
    client.raise_request_exception = False
    answer = client.get("/readyz", headers={"x-request-id": GIVEN})
    page = answer.content.decode()
    assert (answer.status_code, answer["X-Request-ID"]) == (500, GIVEN)
    assert GIVEN in page
    assert "of no concern" not in page


async def test_it_goes_by_the_runs_key_from_the_browser_to_the_task(
    cast: Cast, valkey: Valkey
) -> None:
    press = run()
    async with opened(cast.alice) as page:
        assert (await page.ask(press))["type"] == "accepted"
    rows = await sync_to_async(list)(Generation.objects.values_list("request_id", flat=True))
    assert rows == [press["key"]] * 2
    client = redis.Redis.from_url(valkey.url)
    assert [task["request_id"] for task in waiting(client)] == [press["key"]] * 2


class Listening(ScriptedEngine):
    """Notes the ids that it is asked under."""

    asked: list[str]

    async def generate(self, request: EngineRequest) -> AsyncIterator[Delta | Completed]:
        self.asked = [*getattr(self, "asked", []), request.request_id]
        async for item in super().generate(request):
            yield item


def test_it_is_what_the_engine_calls_it(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    profile = Profile("small", "Scripted", "", "scripted", "scripted", {"interval": 0.01})
    engine = Listening(profile)
    runner = Runner(engine, "small", "test")
    runner.start()
    try:
        row = make_generation(request_id=GIVEN, settings={"max_tokens": 2})
        runner.submit(row.pk).result(timeout=10)
        other = make_generation(settings={"max_tokens": 2})
        runner.submit(other.pk).result(timeout=10)
    finally:
        runner.stop()
    assert engine.asked == [f"{GIVEN}-{row.pk}-1", f"{other.pk}-1"]


def test_it_is_kept_when_the_task_is_sent_again(valkey: Valkey) -> None:
    """The sweeper knows of no request; the row does."""
    row = make_generation(request_id=GIVEN)
    (claim,) = ledger.claim("one", [row.pk])
    assert claim is not None
    assert claim.request_id == GIVEN


def test_it_is_on_the_lines_of_django_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    client.get("/nowhere/", headers={"x-request-id": GIVEN})
    (line,) = [line for line in written.getvalue().splitlines() if "Not Found" in line]
    assert f"request_id={GIVEN}" in line
    assert "nowhere" not in line
