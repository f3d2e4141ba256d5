"""The tiles that move: told to those who may see them, and to nobody a moment longer."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone

from playground.accounts.models import Membership, Role, User
from playground.analytics import consumer, live
from playground.asgi import application
from playground.local.valkey import Valkey
from tests.factories import Cast, make_generation, team_of
from tests.playground.analytics.asked import ended
from tests.playground.compare.page import ORIGIN, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED_OUT, SHUT_OUT, ROLE_CHANGED = 4401, 4403, 4409


@pytest.fixture(autouse=True)
def _quick(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "EVERY_SECONDS", 0.05)
    monkeypatch.setattr(live, "FRESH_SECONDS", 0.0)


@asynccontextmanager
async def listening(person: User | None, query: str = "") -> AsyncIterator[Any]:
    """A socket; calling what it gives returns the next figures, or the code of the close."""
    cookie = await sync_to_async(sign_in)(person) if person else ""
    origin = [(b"host", b"localhost"), (b"origin", ORIGIN.encode()), (b"cookie", cookie.encode())]
    scope = {
        "type": "websocket", "path": "/ws/usage/", "query_string": query.encode(),
        "headers": origin, "subprotocols": [],
    }  # fmt: skip
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.accept"

    async def hear() -> dict[str, Any] | int:
        message = await socket.receive_output(timeout=5)
        if message["type"] == "websocket.close":
            return int(message["code"])
        heard: dict[str, Any] = json.loads(message["text"])
        return heard

    yield hear
    await socket.send_input({"type": "websocket.disconnect", "code": 1001})
    await socket.wait(timeout=5)


async def until_closed(hear: Any) -> int:
    while not isinstance(heard := await hear(), int):
        pass
    return heard


def work(cast: Cast) -> None:
    make_generation(team_id=cast.team.pk, status="running")
    make_generation(team_id=cast.team.pk)
    ended(cast.team, cast.bob, finished_at=timezone.now(), output_tokens=600)
    for _ in range(3):
        make_generation(team_id=team_of(cast.charlie).pk)


async def test_it_tells_what_goes_on_in_the_team(cast: Cast) -> None:
    await sync_to_async(work)(cast)
    async with listening(cast.alice) as hear:
        assert await hear() == {
            "running": 1, "waiting": 1, "ended": 1, "failed": 0, "tokens_per_second": 10.0,
            "workers": 0,
        }  # fmt: skip
        await sync_to_async(make_generation)(team_id=cast.team.pk)
        while (await hear())["waiting"] != 2:
            pass


async def test_it_tells_staff_of_the_whole_site(cast: Cast) -> None:
    await sync_to_async(work)(cast)
    await User.objects.filter(pk=cast.bob.pk).aupdate(is_staff=True)
    async with listening(cast.bob, "of=site") as hear:
        assert (await hear())["waiting"] == 4


@pytest.mark.parametrize("query", ["", "of=site", "team=nonsense"])
async def test_it_tells_members_and_viewers_nothing(cast: Cast, query: str) -> None:
    for person in (cast.bob, cast.vera):
        async with listening(person, query) as hear:
            assert await hear() == SHUT_OUT


async def test_it_tells_nobody_of_a_foreign_team(cast: Cast) -> None:
    async with listening(cast.charlie, f"team={cast.team.public_id}") as hear:
        assert await hear() == SHUT_OUT
    async with listening(None) as hear:
        assert await hear() == SIGNED_OUT


def demote(alice: User) -> None:
    Membership.objects.filter(user=alice).update(role=Role.MEMBER)


def hand_on(alice: User) -> None:
    Membership.objects.filter(user=alice).update(role=Role.ADMIN)


def remove(alice: User) -> None:
    Membership.objects.filter(user=alice).delete()


def sign_out(_alice: User) -> None:
    SignIn.objects.all().delete()


def deactivate(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def delete(alice: User) -> None:
    User.objects.filter(pk=alice.pk).delete()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (demote, SHUT_OUT), (hand_on, ROLE_CHANGED), (remove, SHUT_OUT), (sign_out, SIGNED_OUT),
        (deactivate, SIGNED_OUT), (delete, SHUT_OUT),
    ],
)  # fmt: skip
async def test_it_closes_when_they_may_no_longer(
    cast: Cast, change: Callable[[User], None], code: int
) -> None:
    async with listening(cast.alice, f"team={cast.team.public_id}") as hear:
        assert isinstance(await hear(), dict)
        await sync_to_async(change)(cast.alice)
        assert await until_closed(hear) == code


async def test_it_closes_when_staff_no_longer_are(cast: Cast) -> None:
    await User.objects.filter(pk=cast.bob.pk).aupdate(is_staff=True)
    async with listening(cast.bob, "of=site") as hear:
        assert isinstance(await hear(), dict)
        await User.objects.filter(pk=cast.bob.pk).aupdate(is_staff=False)
        assert await until_closed(hear) == SHUT_OUT
