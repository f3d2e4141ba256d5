"""A server that speaks just enough OpenAI to be wrong in every way a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

HANG = object()
"""In place of a line: say nothing more, and keep the connection open."""


class PlainServer:
    """Answers chat completions, and completions, with `lines`, after which it closes the
    connection. `paths` are where requests went."""

    def __init__(self) -> None:
        self.status = 200
        self.lines: Sequence[Any] = ()
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.hung_up = asyncio.Event()
        self.url = ""
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._answer(head, await reader.readexactly(_length(head)), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(
        self,
        head: str,
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        path = head.split()[1]
        if path == "/v1/models":
            _send(writer, 200, json.dumps({"data": [{"id": "plain", "owned_by": "tests"}]}))
        elif path not in ("/v1/chat/completions", "/v1/completions"):
            _send(writer, 404, '{"error": {"message": "no such route"}}')
        else:
            self.received.append(json.loads(body))
            self.paths.append(path)
            await self._stream(reader, writer)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.status != 200:
            _send(writer, self.status, '{"error": {"message": "as the test wants"}}')
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        for line in self.lines:
            if line is HANG:
                await reader.read()
                self.hung_up.set()
                return
            data = line if isinstance(line, str) else f"data: {json.dumps(line)}"
            _chunk(writer, f"{data}\n\n".encode())
            await writer.drain()
        if self.lines and self.lines[-1] == "data: [DONE]":
            _chunk(writer, b"")
            await writer.drain()


@asynccontextmanager
async def serving() -> AsyncIterator[PlainServer]:
    server = PlainServer()
    await server.open()
    try:
        yield server
    finally:
        await server.close()


def content(text: str, **more: Any) -> dict[str, Any]:
    """A chunk with `text`."""
    return {"choices": [{"index": 0, "delta": {"content": text}, **more}]}


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _send(writer: asyncio.StreamWriter, status: int, body: str) -> None:
    writer.write(
        f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
    )


def _length(head: str) -> int:
    for line in head.lower().splitlines():
        if line.startswith("content-length:"):
            return int(line.partition(":")[2])
    return 0
