"""How a lane's answer begins where its first tokens are given: what is asked, and what is stored.

A beginning is named, never sent: it is taken from a stored answer by number of tokens, so that its
ids are those that an engine made, and its text is what they say.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
BiggestId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Fork(msgspec.Struct, frozen=True):
    """Begin as this answer does: with its first `kept` tokens (those that it was given itself are
    counted), and then with `token`, one of the alternatives kept there. None adds none."""

    generation: BiggestId
    kept: Count
    token: Count | None = None


class Beginning(msgspec.Struct, frozen=True):
    """The tokens that an answer begins with, and what they say."""

    ids: list[int]
    text: str


def given_of(ids: Sequence[int] | None, text: str) -> dict[str, Any] | None:
    """A beginning as a page shows it: how many tokens, and what they say. None where none was."""
    return {"tokens": len(ids), "text": text} if ids else None
