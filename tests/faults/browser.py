"""A browser's page without the browser: it signs in, runs, and holds what its lanes show."""

import asyncio
import contextlib
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from playground.local.stack import Stack
from tests.playground.compare.lane import Lane


def sign_in(stack: Stack) -> str:
    """The Cookie header of the demo account."""
    with httpx.Client(base_url=stack.url) as client:
        page = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"login": stack.account.email, "password": stack.account.password}
        answer = client.post(
            "/accounts/login/",
            data={**form, "csrfmiddlewaretoken": token[1]},
            headers={"Referer": stack.url},
        )
        assert answer.status_code == 302, answer.text
        return f"sessionid={client.cookies['sessionid']}"


class Browser:
    """One page on the stack. It reconnects with its cursors whenever the server goes away."""

    def __init__(self, stack: Stack, cookie: str) -> None:
        self.lanes: dict[int, Lane] = {}
        self.answers: list[dict[str, Any]] = []
        self.profile = stack.profiles[0]
        self._stack, self._cookie = stack, cookie
        self._socket: ClientConnection | None = None

    def connect(self) -> Any:
        """A new socket, as a context manager or awaitable."""
        return websockets.connect(
            f"{self._stack.url.replace('http', 'ws', 1)}/ws/workbench/",
            additional_headers={"Cookie": self._cookie, "Origin": self._stack.url},
            compression=None,
            max_size=None,
        )

    async def socket(self) -> ClientConnection:
        if self._socket is None:
            self._socket = await self.connect()
            if self.lanes:
                await self.watch()
        return self._socket

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    async def send(self, message: dict[str, Any]) -> None:
        await (await self.socket()).send(json.dumps(message))

    async def watch(self) -> None:
        """Ask for what is missing in every lane that has not ended."""
        held = [
            {"generation": id, "attempt": lane.attempt, "seq": lane.seq}
            for id, lane in self.lanes.items()
            if not lane.end
        ]
        await self.send({"type": "watch", "generations": held})

    async def run(
        self, lanes: int = 1, order: str = "concurrent", **settings: Any
    ) -> dict[str, Any]:
        """Press Run; returns what was accepted or refused."""
        lane = {"profile": self.profile, "settings": settings}
        messages = [{"role": "user", "content": "Tell me a story."}]
        await self.send(
            {"type": "run", "key": str(uuid.uuid4()), "session": None, "messages": messages,
             "lanes": [lane] * lanes, "order": order}
        )  # fmt: skip
        known = len(self.answers)
        await self.until(lambda: len(self.answers) > known)
        return self.answers[-1]

    async def read(self) -> None:
        """Take in one frame, over however many connections that needs."""
        try:
            frame = await (await self.socket()).recv()
        except (websockets.ConnectionClosed, websockets.InvalidHandshake, OSError):
            self._socket = None
            await asyncio.sleep(0.1)
            return
        for event in json.loads(frame)["events"]:
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        if event["type"] in ("accepted", "error"):
            self.answers.append(event)
            for lane in event.get("lanes", ()):
                self.lanes.setdefault(lane["generation"], Lane())
        else:
            self.lanes[event["generation"]].apply([event])

    async def until(self, reached: Callable[[], bool], seconds: float = 20) -> None:
        """Read until something is so."""
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    await self.read()
        except TimeoutError as error:
            raise TimeoutError(f"not within {seconds:g} s: {self.lanes}") from error

    async def streaming(self, pieces: int = 5) -> None:
        """Read until every lane shows so many pieces."""
        await self.until(lambda: all(lane.seq >= pieces for lane in self.lanes.values()))

    async def finish(self, seconds: float = 40) -> None:
        """Read until every lane has ended."""
        await self.until(lambda: all(lane.end for lane in self.lanes.values()), seconds)

    async def nothing_for(self, seconds: float) -> None:
        """Read whatever comes for a while."""
        with contextlib.suppress(TimeoutError):
            await self.until(lambda: False, seconds)

    @property
    def lane(self) -> Lane:
        """The only lane."""
        (lane,) = self.lanes.values()
        return lane

    @property
    def generation(self) -> int:
        (generation,) = self.lanes
        return generation
