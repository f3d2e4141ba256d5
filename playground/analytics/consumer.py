"""The socket of the tiles that move: tells, and hears nothing."""

import asyncio
from urllib.parse import parse_qs

import msgspec
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404

from inference.cancellation import cancel_all
from playground.accounts.access import current_membership, membership_in
from playground.accounts.models import User
from playground.analytics.access import scope_for
from playground.analytics.live import Now, now_of
from playground.compare.doorkeeper import REASONS, SHUT_OUT, SIGNED_OUT, Standing, verdicts
from playground.threads import off_loop

log = structlog.get_logger(__name__)
EVERY_SECONDS = 3.0
TRY_LATER = 1013


class TurnedAway(Exception):
    """The person may not, or no longer, listen. The code and the words of the close."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class UsageConsumer(AsyncWebsocketConsumer):
    """One page with tiles. Before each message it is asked again whether they may see it."""

    user: User
    standing: Standing | None = None
    sender: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(SIGNED_OUT, REASONS[SIGNED_OUT])
            return
        self.user = user
        query = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        self.site = query.get("of") == ["site"]
        self.team = next(iter(query.get("team", [])), None)
        self.sender = asyncio.create_task(self._tell())

    async def disconnect(self, code: int) -> None:
        if self.sender is not None:
            await cancel_all([self.sender])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing that a page says changes anything."""

    async def _tell(self) -> None:
        look = off_loop(self._look)
        while True:
            try:
                await self.send(text_data=msgspec.json.encode(await look()).decode())
            except TurnedAway as turned:
                self.sender = None
                await self.close(turned.code, str(turned))
                return
            except (OperationalError, InterfaceError) as error:
                log.warning("live usage unknown", error=str(error))
            await asyncio.sleep(EVERY_SECONDS)

    def _look(self) -> Now:
        """Whether they may still listen, and what there is to hear. Raises TurnedAway."""
        try:
            membership = (
                membership_in(self.user, self.team) if self.team else current_membership(self.user)
            )
            self.user.refresh_from_db(fields=["is_staff", "is_active"])
            scope = scope_for(self.user, membership, self.site)
        except (PermissionDenied, Http404, User.DoesNotExist) as error:
            raise TurnedAway(SHUT_OUT, str(error)[:100]) from error
        if self.standing is None:
            key = self.scope["session"].session_key
            self.standing = Standing.of(self.user, membership, key)
        (verdict,) = verdicts([self.standing])
        if verdict is not None:
            raise TurnedAway(verdict, REASONS[verdict])
        return now_of(scope.team)
