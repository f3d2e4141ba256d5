"""Large downloads, written as they are read."""

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

CHUNK_BYTES = 64 * 1024


def download(pieces: Iterable[str], filename: str, content_type: str) -> StreamingHttpResponse:
    """`pieces` as a file of this name. They may ask the database: they are drawn in its thread."""
    answer = StreamingHttpResponse(_drawn(iter(pieces)), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


async def _drawn(pieces: Iterator[str]) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(_chunk)(pieces):
        yield chunk


def _chunk(pieces: Iterator[str]) -> bytes:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece.encode())
        size += len(held[-1])
        if size >= CHUNK_BYTES:
            break
    return b"".join(held)
