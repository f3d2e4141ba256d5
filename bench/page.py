"""A stand-in for a browser page: a WebSocket client that costs little beside what it measures."""

import asyncio
import base64
import json
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

Frame = Callable[[bytes, int], None]


class Page(asyncio.Protocol):
    """One socket. `on_frame(payload, time_ns)` is called for each text frame that arrives."""

    def __init__(self, address: str, cookie: str, on_frame: Frame) -> None:
        self._address = address
        self._cookie = cookie
        self.on_frame = on_frame
        self._buffer = bytearray()
        self._open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(  # type: ignore[attr-defined]
            f"GET /ws/workbench/ HTTP/1.1\r\nHost: {self._address}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{self._address}\r\nCookie: {self._cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time_ns()
        self._buffer += data
        if not self._open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(ConnectionError(head[:80].decode()))
                return
            self._open = True
            self._buffer = bytearray(rest)
            self.opened.set_result(None)
        self._read_frames(now)

    def _read_frames(self, now: int) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1] & 127, at + 2
            if size > 125:
                width = 2 if size == 126 else 8
                if len(buffer) < start + width:
                    break
                size = int.from_bytes(buffer[start : start + width], "big")
                start += width
            if len(buffer) < start + size:
                break
            self._handle(buffer[at] & 15, bytes(buffer[start : start + size]), now)
            at = start + size
        del buffer[:at]

    def _handle(self, opcode: int, payload: bytes, now: int) -> None:
        if opcode == 1:
            self.on_frame(payload, now)
        elif opcode == 8:
            self.closed = int.from_bytes(payload[:2], "big")
        elif opcode == 9:
            self._send(10, payload)

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([128 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._transport.write(bytes([128 | opcode]) + length + bytes(4) + payload)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message, masked with zeros."""
        self._send(1, json.dumps(message).encode())

    def run(self, lanes: list[dict[str, Any]], prompt: str = "Tell me a story.") -> None:
        """Press Run."""
        self.send(
            {
                "type": "run",
                "key": str(uuid.uuid4()),
                "messages": [{"role": "user", "content": prompt}],
                "lanes": lanes,
            }
        )

    def close(self) -> None:
        self._transport.close()


class PageEvent(msgspec.Struct):
    """What a page reads of an event, whatever its type."""

    type: str
    generation: int = 0
    tokens: int = 0
    pieces: list[tuple[str, list[int], float]] = []
    status: str = ""
    metrics: dict[str, Any] = {}
    message: str = ""


class PageFrame(msgspec.Struct):
    events: list[PageEvent]


decode_frame = msgspec.json.Decoder(PageFrame).decode


async def open_page(address: str, cookie: str, on_frame: Frame) -> Page:
    """A connected page."""
    host, _, port = address.partition(":")
    loop = asyncio.get_running_loop()
    _, page = await loop.create_connection(lambda: Page(address, cookie, on_frame), host, int(port))
    await page.opened
    return page
