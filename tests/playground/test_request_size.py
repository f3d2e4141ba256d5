"""A body that is too large is refused before it lies on the disk."""

from collections.abc import AsyncIterator

import httpx
import pytest

from playground.asgi import pages
from playground.request_size import MOST_BYTES, RequestSize

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]
MEBIBYTE = b"x" * (1 << 20)


def browser() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(RequestSize(pages))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def test_it_refuses_by_what_the_request_says() -> None:
    async with browser() as client:
        headers = {"Content-Length": str(MOST_BYTES + 1)}
        answer = await client.post("/accounts/login/", content=b"", headers=headers)
    assert answer.status_code == 413
    assert "at most 20 MB" in answer.text


async def test_it_stops_reading_what_does_not_say() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 4 * MOST_BYTES:
            taken += len(MEBIBYTE)
            yield MEBIBYTE

    async with browser() as client:
        answer = await client.post("/accounts/login/", content=endless())
    assert answer.status_code == 413
    assert taken <= MOST_BYTES + 2 * len(MEBIBYTE)


@pytest.mark.parametrize("said", ["x", "-1", "9" * 30])
async def test_it_takes_nonsense_for_nothing_said(said: str) -> None:
    async with browser() as client:
        answer = await client.get("/healthz", headers={"Content-Length": said})
    assert answer.status_code in (200, 400)
