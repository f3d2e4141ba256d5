"""Who may open the workbench's socket."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from tests.factories import Cast
from tests.playground.compare.page import Page, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _connections() -> AsyncIterator[None]:
    """Give back the connections of the thread in which the sockets' queries ran."""
    yield
    await sync_to_async(connections.close_all)()


async def test_it_tells_who_is_signed_out(cast: Cast) -> None:
    page = Page()
    await page.connect()
    assert await page.closed() == 4401


async def test_it_does_not_take_a_made_up_session(cast: Cast) -> None:
    page = Page("sessionid=" + "a" * 32)
    await page.connect()
    assert await page.closed() == 4401


@pytest.mark.parametrize(
    "origin", [None, "", "null", "https://elsewhere.example", "http://localhost.evil.example"]
)
async def test_it_takes_nobody_from_elsewhere(cast: Cast, origin: str | None) -> None:
    cookie = await sync_to_async(sign_in)(cast.alice)
    assert await Page(cookie, origin).connect() == "websocket.close"
