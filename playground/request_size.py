"""Refuses a request's body that is larger than anything here takes, before it is all read.

Django writes a body to disk as it comes, whoever sends it, and asks only then how large it is.
"""

from typing import Any

from playground.sharing.forms import MAX_BYTES

MOST_BYTES = MAX_BYTES + (1 << 20)
"""The largest file that may be imported, and the fields around it."""
WORDS = (
    f"This is too large: at most {MAX_BYTES >> 20} MB can be sent at once. "
    "Go back, and choose a smaller file."
)


class _TooLarge(Exception):
    """The body went over the limit while it was read."""


class RequestSize:
    """An ASGI application around another: 413 for what is too large, said or sent."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared(scope) > MOST_BYTES:
            await _refuse(send)
            return
        read = 0

        async def counted() -> Any:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                raise _TooLarge
            return message

        try:
            await self._app(scope, counted, send)
        except _TooLarge:  # Django reads the whole body before it answers
            await _refuse(send)


def _declared(scope: Any) -> int:
    """What the request says of its size; 0 where it says nothing, or nothing sensible."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() and len(said) < 20 else 0


async def _refuse(send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": WORDS.encode()})
