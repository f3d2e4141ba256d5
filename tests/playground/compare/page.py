"""The workbench's socket as a page uses it, against the whole ASGI application in this process."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import connections
from django.test import Client

from playground.accounts.models import User
from playground.asgi import application
from playground.compare.hub import hub

ORIGIN = "http://localhost"


def sign_in(user: User) -> str:
    """The Cookie header of a browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def run(prompt: str = "What is KV caching?", **fields: Any) -> dict[str, Any]:
    """A press of Run with two lanes."""
    return {
        "type": "run",
        "key": str(uuid.uuid4()),
        "session": None,
        "messages": [{"role": "system", "content": ""}, {"role": "user", "content": prompt}],
        "lanes": [lane(temperature=0), lane(temperature=1.2, top_p=0.9)],
        **fields,
    }


def lane(profile: str = "small", **settings: Any) -> dict[str, Any]:
    return {"profile": profile, "settings": settings}


class Page:
    """One open socket."""

    def __init__(self, cookie: str = "", origin: str | None = ORIGIN, query: str = "") -> None:
        headers = [(b"host", b"localhost"), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        scope = {
            "type": "websocket",
            "path": "/ws/workbench/",
            "query_string": query.encode(),
            "headers": headers,
            "subprotocols": [],
        }
        self._application = ApplicationCommunicator(application, scope)
        self._events: list[dict[str, Any]] = []

    async def connect(self) -> str:
        """Knock; returns the type of the answer: websocket.accept or websocket.close."""
        await self._application.send_input({"type": "websocket.connect"})
        return str((await self._application.receive_output(timeout=5))["type"])

    async def leave(self) -> None:
        """Close, and raise what went wrong in the application, if anything did."""
        await self._application.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._application.wait(timeout=5)

    async def send(self, message: dict[str, Any] | str | bytes) -> None:
        content: dict[str, Any] = {"type": "websocket.receive"}
        if isinstance(message, bytes):
            content["bytes"] = message
        else:
            content["text"] = message if isinstance(message, str) else json.dumps(message)
        await self._application.send_input(content)

    async def event(self, *types: str, seconds: float = 5) -> dict[str, Any]:
        """The next event of these types; others are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                while not self._events:
                    frame = await self._application.receive_output(timeout=seconds)
                    assert frame["type"] == "websocket.send", frame
                    self._events += json.loads(frame["text"])["events"]
                event = self._events.pop(0)
                if event["type"] in types:
                    return event

    async def ask(self, message: dict[str, Any] | str | bytes) -> dict[str, Any]:
        """Send, and return what was accepted or refused."""
        await self.send(message)
        return await self.event("accepted", "error")

    async def unasked(self, *types: str, seconds: float = 0.8) -> list[dict[str, Any]]:
        """The events of these types that come within that time."""
        await asyncio.sleep(seconds)
        while not await self._application.receive_nothing():
            frame = await self._application.receive_output()
            self._events += json.loads(frame["text"])["events"]
        return [event for event in self._events if event["type"] in types]

    async def closed(self) -> int:
        """The code that the server closes this socket with."""
        while True:
            output = await self._application.receive_output(timeout=5)
            if output["type"] == "websocket.close":
                return int(output.get("code", 1000))


@asynccontextmanager
async def opened(user: User) -> AsyncIterator[Page]:
    """A page that `user` has open. The hub stops with it: each test has a loop of its own."""
    page = Page(await sync_to_async(sign_in)(user))
    assert await page.connect() == "websocket.accept"
    try:
        yield page
    finally:
        try:
            await page.leave()
        finally:
            await hub.stop()
            # The thread that the application's queries ran in keeps its connection otherwise.
            await sync_to_async(connections.close_all)()


async def caught_up() -> None:
    """Wait until every watch in this process follows the stream live."""
    while hub._tasks:
        await asyncio.sleep(0.01)
