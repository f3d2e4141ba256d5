"""What a workbench page says as one types on it."""

import uuid
from typing import Any

from playground.compare.models import Session
from tests.playground.compare.page import Page


def state(prompt: str = "A fox", **parts: Any) -> dict[str, Any]:
    """A page's state, with one lane."""
    lanes = [{"profile": "small", "settings": {"temperature": 0}}]
    return {"system": "", "prompt": prompt, "lanes": lanes, **parts}


class Tab:
    """One load of a workbench page: its socket, its name, and the revision that it holds."""

    def __init__(self, page: Page, session: Session | None = None) -> None:
        self.page = page
        self.name = str(uuid.uuid4())
        self.session = str(session.public_id) if session else None
        self.revision = 0

    def about(self, kind: str, **fields: Any) -> dict[str, Any]:
        return {"type": kind, "session": self.session, "tab": self.name, **fields}

    async def open(self, **fields: Any) -> "Tab":
        await self.page.send(self.about("open", draft=self.revision, **fields))
        return self

    async def write(self, prompt: str = "A fox", **parts: Any) -> dict[str, Any]:
        """Type, and wait for the answer."""
        message = self.about("draft", base=self.revision, state=state(prompt, **parts))
        await self.page.send(message)
        return self._hold(await self.page.event("draft_saved", "error"))

    async def shown(self) -> dict[str, Any]:
        """The draft that another tab wrote."""
        return self._hold(await self.page.event("draft_changed"))

    async def take_back(self, id: int) -> dict[str, Any]:
        await self.page.send(self.about("take_back", id=id))
        return self._hold(await self.page.event("draft_changed", "error"))

    def _hold(self, event: dict[str, Any]) -> dict[str, Any]:
        self.revision = event.get("revision", self.revision)
        return event
