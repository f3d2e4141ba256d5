"""What never stands in a log: prompts, answers, passwords, keys, headers, tokens in addresses."""

import logging
from collections.abc import Iterator

import pytest
import redis
from asgiref.sync import sync_to_async
from django.test import Client

from inference.engines.protocol import EngineError
from inference.engines.scripted import ScriptedEngine
from inference.profiles import Profile
from inference.runner import Runner
from inference.sweeper import sweep
from playground.local.valkey import Valkey
from playground.log import RouteInsteadOfPath
from tests.factories import PASSWORD, Cast, make_generation, make_user
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "canary-4f1d"


class Everything(logging.Handler):
    """All that any logger says, formatted, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.addFilter(RouteInsteadOfPath())
        self.lines: list[str] = []
        self._plain = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self._plain.format(record))


@pytest.fixture
def log() -> Iterator[Everything]:
    heard = Everything()
    root = logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.INFO)
    yield heard
    root.removeHandler(heard)
    root.setLevel(level)


def assert_nothing_told(log: Everything, *events: str) -> None:
    """The canary is nowhere, though what happened was logged."""
    text = "\n".join(log.lines)
    for event in events:
        assert event in text
    assert CANARY not in text


def test_it_tells_no_password(transactional_db: None, client: Client, log: Everything) -> None:
    user = make_user("alice", PASSWORD)
    for password in (CANARY, PASSWORD):
        client.post("/accounts/login/", {"login": user.email, "password": password})
    client.post("/accounts/signup/", {"email": "zoe@example.com", "password1": CANARY})
    assert_nothing_told(log, "account_login", "account_signup")


def test_it_tells_no_header_query_or_address(client: Client, log: Everything) -> None:
    headers = {
        "authorization": f"Bearer {CANARY}", "cookie": f"sessionid={CANARY}",
        "x-api-key": CANARY, "user-agent": CANARY, "x-request-id": f"{CANARY} {CANARY}",
    }  # fmt: skip
    client.get(f"/?q={CANARY}", headers=headers)
    client.get(f"/nowhere/{CANARY}/", headers=headers)
    client.get("/metrics", headers=headers)
    client.post(f"/invitations/{CANARY}/", {"name": CANARY}, headers=headers)
    client.delete(f"/shared/{CANARY}/", headers=headers)
    assert_nothing_told(log, "'status': 404", "an address that is not served")


def test_it_tells_the_route_of_what_broke_and_not_its_address(
    client: Client, log: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("playground.probes._look_at_relay", broken)
    client.raise_request_exception = False
    client.get(f"/readyz?token={CANARY}", headers={"authorization": CANARY})
    assert_nothing_told(log, "Internal Server Error: /readyz", "RuntimeError: broken")


async def test_it_tells_no_prompt_of_a_run(cast: Cast, valkey: Valkey, log: Everything) -> None:
    async with opened(cast.alice) as page:
        assert (await page.ask(run(CANARY)))["type"] == "accepted"
        await page.ask(run(CANARY, lanes=[lane(temperature=CANARY)]))
        await page.ask(f'{{"type": "run", "messages": "{CANARY}"')
        await page.ask(f'{{"type": "{CANARY}"}}')
        await sync_to_async(valkey.kill)()
        try:
            await page.ask(run(CANARY))
        finally:
            await sync_to_async(valkey.restart)()
    assert_nothing_told(log)


class Failing(ScriptedEngine):
    """Fails in the middle of an answer."""

    async def generate(self, request):  # type: ignore[no-untyped-def]
        async for item in super().generate(request):
            yield item
            raise EngineError("out of memory")


@pytest.mark.parametrize("kind", [ScriptedEngine, Failing])
def test_it_tells_no_prompt_or_answer_of_a_worker(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch, log: Everything, kind: type[ScriptedEngine]
) -> None:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    profile = Profile("small", "Scripted", "", "scripted", "scripted", {"interval": 0.01})
    runner = Runner(kind(profile), "small", "test")
    runner.start()
    told = [{"role": "user", "content": CANARY}]
    try:
        for messages in (told, [{"role": "user", "content": f"{CANARY} " * 5000}]):
            row = make_generation(messages=messages, settings={"max_tokens": 4, "stop": [CANARY]})
            runner.submit(row.pk).result(timeout=10)
    finally:
        runner.stop()
    make_generation(messages=told, text=CANARY)
    sweep(redis.Redis.from_url(valkey.url))
    assert_nothing_told(log, "engine ready")
    if kind is Failing:
        assert_nothing_told(log, "generation failed")


def test_it_would_notice(log: Everything) -> None:
    """The trap itself: what is logged is heard."""
    logging.getLogger("playground.anything").warning("%s", CANARY)
    with pytest.raises(AssertionError):
        assert_nothing_told(log)
