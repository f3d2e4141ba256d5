"""The walk over every message of the socket and every task: foreign ids do nothing."""

import inspect
import typing
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async

from inference.models import Generation
from playground.celery import app
from playground.compare.consumer import ClientMessage
from playground.compare.models import Comparison, Draft, Session, SetAside
from tests.factories import Cast, generations_of, make_session
from tests.playground.compare.page import opened, run

pytestmark = pytest.mark.django_db(transaction=True)

Maker = Callable[[Session], dict[str, Any]]
TAB = "00000000-0000-4000-8000-000000000001"


def set_aside(session: Session) -> int:
    """Something of Alice's that gave way to another of her tabs."""
    draft = Draft.objects.create(
        user=session.author, team=session.team, session=session, state={}, tab=TAB
    )
    return SetAside.objects.create(draft=draft, state={}, tab=TAB).pk


MESSAGES: dict[str, Maker] = {
    "run": lambda session: run(session=str(session.public_id)),
    "stop": lambda session: {"generation": generations_of(session)[0].pk},
    "stop_all": lambda session: {"comparison": session.comparisons.get().pk},
    "watch": lambda session: {"generations": [{"generation": generations_of(session)[0].pk}]},
    "painted": lambda session: {"generation": generations_of(session)[0].pk, "ttft_ms": 5},
    "open": lambda session: {"session": str(session.public_id), "tab": TAB},
    "draft": lambda session: {"session": str(session.public_id), "tab": TAB, "state": {"a": 1}},
    "put_aside": lambda session: {
        "session": str(session.public_id), "tab": TAB, "state": {"prompt": "a"},
    },
    "take_back": lambda session: {
        "session": str(session.public_id), "tab": TAB, "id": set_aside(session),
    },
    "forget_set_aside": lambda session: {"session": str(session.public_id)},
}  # fmt: skip
ANSWERED_BY_NOTHING = {"painted"}
VIEWER_MAY_NOT = {"run", "stop", "stop_all"}


def everything() -> list[Any]:
    """What is stored, to be compared with what is stored afterwards."""
    models = (Session, Comparison, Generation, Draft, SetAside)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_it_has_every_message_in_this_table() -> None:
    tags = {kind.__struct_config__.tag for kind in typing.get_args(ClientMessage)}
    assert tags == MESSAGES.keys()


@pytest.mark.parametrize("kind", MESSAGES)
async def test_an_outsider_reaches_nothing(cast: Cast, kind: str) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    message = {"type": kind, **await sync_to_async(MESSAGES[kind])(session)}
    before = await sync_to_async(everything)()
    async with opened(cast.charlie) as page:
        await page.send(message)
        if kind in ANSWERED_BY_NOTHING:
            await page.send({"type": "stop", "generation": 2**62})
        assert (await page.event("error"))["code"] == "not_found"
    assert await sync_to_async(everything)() == before


@pytest.mark.parametrize("kind", MESSAGES)
async def test_a_teammate_reaches_nothing_private(cast: Cast, kind: str) -> None:
    session = await sync_to_async(make_session)(cast.alice, shared=False)
    message = {"type": kind, **await sync_to_async(MESSAGES[kind])(session)}
    before = await sync_to_async(everything)()
    async with opened(cast.bob) as page:
        await page.send(message)
        if kind in ANSWERED_BY_NOTHING:
            await page.send({"type": "stop", "generation": 2**62})
        assert (await page.event("error"))["code"] == "not_found"
    assert await sync_to_async(everything)() == before


@pytest.mark.parametrize("kind", sorted(VIEWER_MAY_NOT))
async def test_a_viewer_is_refused_at_each_message(cast: Cast, kind: str) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    message = {"type": kind, **await sync_to_async(MESSAGES[kind])(session)}
    async with opened(cast.vera) as page:
        await page.send(message)
        assert (await page.event("error"))["code"] == "forbidden"


TASKS: dict[str, str] = {
    "inference.tasks.generate": "one generation by its row, which names its team; see below",
    "inference.tasks.sweep": "takes no ids",
    "playground.accounts.tasks.purge_teams": "takes no ids",
    "playground.alerts.tasks.deliver": "takes no ids",
    "playground.alerts.tasks.watch": "takes no ids",
    "playground.analytics.tasks.mend_rollups": "takes no ids",
    "playground.analytics.tasks.remove_generations": "takes no ids",
    "playground.analytics.tasks.roll_up": "takes no ids",
    "playground.analytics.tasks.sample_queues": "takes no ids",
    "playground.analytics.tasks.thin_samples": "takes no ids",
    "playground.compare.tasks.digest": "takes no ids",
    "playground.reports.tasks.send_reports": "takes no ids",
}


def test_it_has_every_task_in_this_table() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert ours.keys() == TASKS.keys()
    for name, why in TASKS.items():
        takes_ids = bool(inspect.signature(ours[name].run).parameters)
        assert takes_ids == (why != "takes no ids"), name


async def test_what_is_refused_sends_no_task(cast: Cast, valkey: Any) -> None:
    """Only what passed `check_run` is stored, and only what is stored is sent."""
    session = await sync_to_async(make_session)(cast.alice)
    async with opened(cast.charlie) as page:
        refused = await page.ask(run(session=str(session.public_id), key=str(uuid.uuid4())))
        assert refused["code"] == "not_found"
    with redis.Redis.from_url(valkey.url) as client:
        assert [key for key in client.keys("engine.*") if client.type(key) == b"list"] == []
