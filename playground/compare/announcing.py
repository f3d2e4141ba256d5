"""The one door through which the pages that show a session hear that something changed there.

An announcement says only what to look at again: drafts, prompts and names never travel here. Who
hears it asks Postgres under their own membership, so that nothing is shown to those who may not
see it, and one that was missed costs a moment and no truth.
"""

from typing import Literal

import msgspec
import structlog
from redis.exceptions import RedisError

from inference.stores import valkey

log = structlog.get_logger(__name__)
CHANNEL = "announcements"
Subject = Literal["draft", "runs", "people"]


class Announcement(msgspec.Struct, frozen=True):
    """`subject` changed in `session` (its public id; None is the new session's page).

    With `user`, it concerns the pages of that person alone.
    """

    subject: Subject
    session: str | None
    user: int | None = None


_decoder = msgspec.json.Decoder(Announcement)


def encode(announcement: Announcement) -> bytes:
    return msgspec.json.encode(announcement)


def decode(raw: bytes) -> Announcement:
    """Raises msgspec.DecodeError."""
    return _decoder.decode(raw)


def announce(announcement: Announcement) -> None:
    """Tell every web process; call it after commit. Where Valkey is away, pages look again when
    it is back."""
    try:
        valkey().publish(CHANNEL, encode(announcement))
    except RedisError as error:
        log.warning("not announced", subject=announcement.subject, error=str(error))
