"""Any server that speaks OpenAI's API of completions, vLLM's own server among them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any, Literal

import httpx

from inference.engines import openai_server as server
from inference.engines import openai_wire as wire
from inference.engines.protocol import (
    ChatMessage,
    Completed,
    Delta,
    EngineDead,
    EngineDescription,
    EngineError,
    EngineRequest,
    InvalidRequest,
)
from inference.profiles import Profile

TIMEOUT = httpx.Timeout(connect=5.0, read=120.0, write=30.0, pool=None)
WATCH_INTERVAL = 1.5
ASSUMED_CONTEXT = 8192
ASSUMED_SEQUENCES = 64
REFUSED_KEY = (401, 403)
BUSY = 429

CANCEL_INTERVAL = 0.5
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""Waits between looks for a server that is gone; the last one repeats."""

_Mark = Literal["end", "abort"]
_Item = dict[str, Any] | EngineError | _Mark
"""A chunk, a failure, or how the stream came to its end."""


class OpenAIEngine:
    """Serves one profile by a remote server. See `Engine` for the meaning of the methods.

    Only what is seen from here is reported: TTFT is measured at this client; the server's own
    queue, prefill and decode times stay unknown.
    """

    def __init__(self, profile: Profile, *, key: str | None = None) -> None:
        self.dead = asyncio.Event()
        self._profile = profile
        self._url = str(profile.engine_args["url"])
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client: httpx.AsyncClient | None = None
        self._server: server.RemoteServer | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._running: dict[str, asyncio.Queue[_Item]] = {}

    async def start(self) -> None:
        """Ask the server what it is. Raises EngineError when it cannot be reached."""
        self._client = httpx.AsyncClient(
            headers=self._headers,
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )
        try:
            self._server = await server.discover(self._client, self._url, self._profile.model)
        except EngineError:
            await self.stop()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="openai-watcher")

    async def generate(self, request: EngineRequest) -> AsyncIterator[Delta | Completed]:
        """Yield what the server streams. Leaving early closes the connection."""
        self._ready()
        if request.beginning:
            raise InvalidRequest(
                "This server's interface takes no tokens for an answer to begin with."
            )
        items = self._running[request.request_id] = asyncio.Queue()
        reader = wire.ChunkReader()
        fetching = asyncio.create_task(self._fetch(request, items))
        try:
            while not isinstance(item := await items.get(), str):
                if isinstance(item, EngineError):
                    raise item
                if delta := reader.delta(item):
                    yield delta
            yield reader.aborted() if item == "abort" else reader.completed()
        finally:
            self._running.pop(request.request_id, None)
            await _cancel(fetching)

    async def abort(self, request_id: str) -> None:
        if items := self._running.get(request_id):
            items.put_nowait("abort")

    async def health(self) -> bool:
        if self._client is None or self.dead.is_set():
            return False
        return await server.answers(self._client, self._url)

    async def restart(self) -> None:
        """Return once the server is back, however long that takes."""
        waits = itertools.chain(RETRY_SECONDS, itertools.repeat(RETRY_SECONDS[-1]))
        for wait in waits:
            await self.stop()
            try:
                await self.start()
            except EngineError:
                await asyncio.sleep(wait)
            else:
                self.dead.clear()
                return

    async def stop(self) -> None:
        if self._watcher is not None:
            await _cancel(self._watcher)
            self._watcher = None
        for items in self._running.values():
            items.put_nowait(EngineDead("The connection to the remote server was closed."))
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def describe(self) -> EngineDescription:
        remote = self._server
        if remote is None:
            raise EngineError("The remote server was not asked yet what it is.")
        declared = self._profile.engine_args.get("context_length")
        return EngineDescription(
            engine="openai",
            version=remote.version,
            model=remote.model,
            model_revision=remote.revision,
            dtype="unknown",
            device="remote",
            context_length=remote.context_length or int(declared or ASSUMED_CONTEXT),
            max_num_seqs=int(self._profile.engine_args.get("max_num_seqs", ASSUMED_SEQUENCES)),
            flags={
                "server": "vllm" if remote.is_vllm else "openai-compatible",
                "controls": ",".join(sorted(remote.controls)),
                "context_length_known": bool(remote.context_length or declared),
                "exact_token_count": remote.is_vllm,
            },
        )

    async def count_tokens(self, messages: tuple[ChatMessage, ...]) -> int:
        """Exact where vLLM serves; elsewhere about four bytes a token, as describe() says."""
        client, remote = self._ready()
        if remote.is_vllm:
            return await server.count_tokens(client, self._url, remote.model, messages)
        return sum(len(message.content.encode()) // 4 + 4 for message in messages)

    def _ready(self) -> tuple[httpx.AsyncClient, server.RemoteServer]:
        if self._client is None or self._server is None or self.dead.is_set():
            raise EngineDead("The remote server cannot be reached at the moment.")
        return self._client, self._server

    async def _fetch(self, request: EngineRequest, items: asyncio.Queue[_Item]) -> None:
        try:
            await self._stream(request, items)
        except EngineError as error:
            items.put_nowait(error)
        except httpx.ConnectError:
            items.put_nowait(EngineError("The remote server cannot be reached."))
        except httpx.TimeoutException:
            items.put_nowait(EngineError("The remote server did not answer in time."))
        except httpx.HTTPError as error:
            items.put_nowait(EngineError(f"The connection to the remote server broke: {error}"))
        finally:
            items.put_nowait("end")

    async def _stream(self, request: EngineRequest, items: asyncio.Queue[_Item]) -> None:
        client, remote = self._ready()
        _, api = server.roots(self._url)
        content = wire.body(request, remote.model, remote.controls)
        async with client.stream("POST", f"{api}/{wire.path(request)}", json=content) as response:
            if not response.is_success:
                raise await _refusal(response)
            async for line in response.aiter_lines():
                if (chunk := wire.event(line)) is not None:
                    items.put_nowait(chunk)

    async def _watch(self) -> None:
        """Two unanswered probes in a row are a death: one may be a server busy with a batch."""
        while await self.health() or await self.health():
            await asyncio.sleep(WATCH_INTERVAL)
        self.dead.set()


async def _refusal(response: httpx.Response) -> EngineError:
    await response.aread()
    try:
        message = wire.error_message(response.json())
    except ValueError:
        message = response.text[:200] or response.reason_phrase
    status = response.status_code
    if status in REFUSED_KEY:
        return EngineError("The remote server refused this installation's key.")
    if response.is_client_error and status != BUSY:
        return InvalidRequest(f"The remote server refused the request: {message}")
    return EngineError(f"The remote server failed ({status}): {message}")


async def _cancel(task: asyncio.Task[None]) -> None:
    """Cancel and wait. Again when nothing comes of it: anyio, below httpx, loses a cancellation
    that comes just as a connection opens."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_INTERVAL)
