"""Sockets of people who may no longer be here close within 5 s."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session as SignIn
from django.db.models.functions import Now
from django.test import Client

from playground.accounts.models import Membership, Role, Team, User
from playground.compare.models import Comparison, Session
from tests.factories import Cast, generations_of, make_session
from tests.playground.compare.page import Page, opened, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED_OUT, SHUT_OUT, ROLE_CHANGED = 4401, 4403, 4409


def remove(bob: User) -> None:
    Membership.objects.filter(user=bob).delete()


def demote(bob: User) -> None:
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)


def promote(bob: User) -> None:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)


def delete_team(bob: User) -> None:
    Team.objects.filter(memberships__user=bob).update(deleted_at=Now())


def sign_out(bob: User) -> None:
    SignIn.objects.all().delete()


def expire(bob: User) -> None:
    SignIn.objects.update(expire_date=Now())


def new_password(bob: User) -> None:
    bob.set_password("another lantern in the fog 8")
    bob.save()


def deactivate(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)


def delete_account(bob: User) -> None:
    User.objects.filter(pk=bob.pk).delete()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remove, SHUT_OUT),
        (delete_team, SHUT_OUT),
        (demote, ROLE_CHANGED),
        (promote, ROLE_CHANGED),
        (sign_out, SIGNED_OUT),
        (expire, SIGNED_OUT),
        (new_password, SIGNED_OUT),
        (deactivate, SIGNED_OUT),
        (delete_account, SIGNED_OUT),
    ],
)
async def test_it_closes_the_socket(cast: Cast, change: Callable[[User], None], code: int) -> None:
    async with opened(cast.bob) as page:
        await sync_to_async(change)(cast.bob)
        async with asyncio.timeout(5):
            assert await page.closed() == code


async def test_it_leaves_everyone_else_alone(cast: Cast) -> None:
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        await sync_to_async(remove)(cast.bob)
        assert await bob.closed() == SHUT_OUT
        await asyncio.sleep(2.5)
        await alice.send({"type": "stop", "generation": 1})
        assert (await alice.event("error"))["code"] == "not_found"


async def test_it_ends_the_watch_of_a_run_made_private(cast: Cast) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    (generation,) = await sync_to_async(generations_of)(session)
    watch = {"type": "watch", "generations": [{"generation": generation.pk}]}
    async with opened(cast.alice) as alice, opened(cast.bob) as bob:
        for page in (alice, bob):
            await page.send(watch)
            await page.event("status")
        await sync_to_async(Comparison.objects.update)(shared=False)
        await sync_to_async(Session.objects.update)(shared=False)
        refused = await bob.event("error")
        assert "no longer shared with you" in refused["message"]
        heard = len(await bob.unasked("status", seconds=0))
        assert len(await bob.unasked("status", seconds=2)) == heard
        assert len(await alice.unasked("status", seconds=0)) > 1


@pytest.mark.parametrize("named", ["nonsense", "%00", "{team}"])
async def test_it_turns_outsiders_away_at_the_door(cast: Cast, named: str) -> None:
    cookie = await sync_to_async(sign_in)(cast.charlie)
    page = Page(cookie, query=f"team={named.format(team=cast.team.public_id)}")
    await page.connect()
    assert await page.closed() == SHUT_OUT


async def test_it_turns_away_who_has_no_team(cast: Cast) -> None:
    await sync_to_async(remove)(cast.bob)
    page = Page(await sync_to_async(sign_in)(cast.bob))
    await page.connect()
    assert await page.closed() == SHUT_OUT


async def test_a_sign_in_elsewhere_ends_no_socket(cast: Cast) -> None:
    async with opened(cast.bob) as page:
        await sync_to_async(Client().force_login)(cast.bob)
        await asyncio.sleep(2.5)
        await page.send({"type": "stop", "generation": 1})
        assert (await page.event("error"))["code"] == "not_found"
