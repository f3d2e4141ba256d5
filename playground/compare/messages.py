"""What a page says on the socket about where it stands and what is typed on it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Open(msgspec.Struct, frozen=True, tag="open", tag_field="type"):
    """The page shows this session, or the new session's page; it holds the draft of revision
    `draft`, and runs up to number `run`. `tab` is drawn anew at each load of a page."""

    tab: UUID
    session: UUID | None = None
    draft: Count = 0
    run: Count = 0


class WriteDraft(msgspec.Struct, frozen=True, tag="draft", tag_field="type"):
    """What is typed on the page now; `base` is the revision that it began from."""

    tab: UUID
    state: dict[str, Any]
    session: UUID | None = None
    base: Count = 0


class TakeBack(msgspec.Struct, frozen=True, tag="take_back", tag_field="type"):
    """Make a draft that was put aside the draft again."""

    tab: UUID
    id: int
    session: UUID | None = None


class ForgetSetAside(msgspec.Struct, frozen=True, tag="forget_set_aside", tag_field="type"):
    """Drop all that was put aside on this page."""

    session: UUID | None = None


class PutAside(msgspec.Struct, frozen=True, tag="put_aside", tag_field="type"):
    """Keep this beside the draft: something else is about to take its place on the page."""

    tab: UUID
    state: dict[str, Any]
    session: UUID | None = None


DraftMessage = WriteDraft | PutAside | TakeBack | ForgetSetAside
