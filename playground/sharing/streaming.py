"""Downloads that are made while they are sent, and never held whole."""

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.text import slugify

PART = 64 * 1024
TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "zip": "application/zip"}


def download(chunks: Iterable[bytes], name: str, kind: str) -> StreamingHttpResponse:
    """An attachment called by `name`, made plain, and its kind."""
    answer = StreamingHttpResponse(_sent(_gathered(chunks)), content_type=TYPES[kind])
    file = slugify(name)[:60] or "export"
    answer["Content-Disposition"] = f'attachment; filename="{file}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Fewer, larger parts: each costs a change of thread."""
    part = bytearray()
    for chunk in chunks:
        part += chunk
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


async def _sent(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Made in the request's own thread, which holds its database connection."""
    while part := await sync_to_async(_next)(parts):
        yield part


def _next(parts: Iterator[bytes]) -> bytes:
    """Empty at the end: no coroutine may raise StopIteration."""
    return next(parts, b"")
