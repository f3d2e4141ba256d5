"""The workbench's socket: parse, call one verb, answer. Tokens pass it by; see `hub.py`."""

import asyncio
import time
import uuid
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import parse_qs

import msgspec
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import InterfaceError, OperationalError
from django.http import Http404
from structlog.contextvars import bound_contextvars

from inference import tracing
from inference.events import GenerationEvent
from playground.accounts.access import Forbidden, NoTeam, current_membership, membership_in
from playground.accounts.models import Membership, User
from playground.compare import actions
from playground.compare.access import access_generations
from playground.compare.cursor import Cursor
from playground.compare.doorkeeper import SHUT_OUT, SIGNED_OUT, Standing, doorkeeper
from playground.compare.events import Accepted, Refused
from playground.compare.hub import Watch, hub
from playground.compare.messages import Count, ForgetSetAside, Open, PutAside, TakeBack, WriteDraft
from playground.compare.outbox import Outbox, TooSlow
from playground.compare.requests import BadInput, RunRequest
from playground.compare.visits import Visit
from playground.metrics.site import RUN_SECONDS, RUNS, SOCKETS, SOCKETS_REFUSED
from playground.threads import off_loop

log = structlog.get_logger(__name__)
MAX_FRAME_BYTES = 1_000_000
MAX_WATCHES = 256
TOO_BIG, TOO_SLOW, TRY_LATER = 1009, 4408, 1013


class Run(RunRequest, frozen=True, tag="run", tag_field="type"):
    """Start a comparison."""


class Stop(msgspec.Struct, frozen=True, tag="stop", tag_field="type"):
    """Stop one generation."""

    generation: int


class StopAll(msgspec.Struct, frozen=True, tag="stop_all", tag_field="type"):
    """Stop all generations of a comparison."""

    comparison: int


class Held(msgspec.Struct, frozen=True):
    """How far the browser is with a generation."""

    generation: int
    attempt: Count = 0
    seq: Count = 0


class WatchSome(msgspec.Struct, frozen=True, tag="watch", tag_field="type"):
    """Send what is missing of these generations, then what comes."""

    generations: list[Held]


class Painted(msgspec.Struct, frozen=True, tag="painted", tag_field="type"):
    """The browser has painted the first token this long after Run was pressed."""

    generation: int
    ttft_ms: float


ClientMessage = (
    Run
    | Stop
    | StopAll
    | WatchSome
    | Painted
    | Open
    | WriteDraft
    | PutAside
    | TakeBack
    | ForgetSetAside
)
_decoder = msgspec.json.Decoder(ClientMessage)
_BIGGEST_ID = 2**63 - 1


class WorkbenchConsumer(AsyncWebsocketConsumer):
    """One browser page."""

    user: User
    team: str | None = None
    standing: Standing
    outbox: Outbox
    sender: asyncio.Task[None] | None = None
    left = False

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self._turn_away(SIGNED_OUT, "You are signed out.")
            return
        self.user = user
        self.team = self._named_team()
        try:
            membership = await off_loop(self._membership)()
        except (NoTeam, Http404) as error:
            await self._turn_away(SHUT_OUT, str(error))
            return
        except (OperationalError, InterfaceError):
            await self._turn_away(TRY_LATER, "The database cannot be reached.")
            return
        self.standing = Standing.of(user, membership, self.scope["session"].session_key)
        self.outbox = Outbox()
        self.socket_id = uuid.uuid4().hex
        SOCKETS.inc()
        self.watches: dict[int, Watch] = {}
        self.visit = Visit(self.user.pk, self._membership, self._say)
        await self.accept()
        hub.start()
        doorkeeper.admit(self)

    async def _turn_away(self, code: int, reason: str) -> None:
        """Say why by a close: what a page is told instead of an accept is lost on the way."""
        await self.accept()
        await self.close(code, reason)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        SOCKETS_REFUSED.labels(str(code or 1000)).inc()
        await super().close(code, reason)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """However it ends: Channels calls `disconnect` for a message from the server alone, and
        not where the consumer itself failed or was cancelled."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._leave()

    async def _leave(self) -> None:
        if self.sender is not None:
            self.sender.cancel()
        if hasattr(self, "outbox") and not self.left:
            self.left = True
            SOCKETS.dec()
            for watch in self.watches.values():
                hub.unwatch(watch)
            await self.visit.close()
            await doorkeeper.dismiss(self)

    async def disconnect(self, code: int) -> None:
        await self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not hasattr(self, "outbox"):
            return
        raw = text_data if text_data is not None else bytes_data or b""
        if len(raw) > MAX_FRAME_BYTES:
            await self.close(TOO_BIG)
            return
        try:
            message = _decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._refuse(raw, "bad_input", f"This message was not understood: {error}.")
            return
        await self._handle(message)

    async def _handle(self, message: ClientMessage) -> None:
        """Call the verb, in the name of the run's key: logs, task and engine go by it too."""
        if not isinstance(message, Run):
            with bound_contextvars(request_id=self.socket_id):
                await self._answer(message, None)
            return
        begun = time.perf_counter()
        key = str(message.key)
        with bound_contextvars(request_id=key), tracing.span("run", lanes=len(message.lanes)):
            outcome = await self._answer(message, key)
        RUNS.labels(outcome).inc()
        if outcome == "accepted":
            RUN_SECONDS.observe(time.perf_counter() - begun)

    async def _answer(self, message: ClientMessage, key: str | None) -> str:
        """Every error becomes an answer that says what to do; returns its code, or "accepted"."""
        try:
            await self._do(message)
            return "accepted"
        except BadInput as error:
            refused = Refused(code=error.code, message=error.message, field=error.field, key=key)
        except Http404 as error:
            refused = Refused(code="not_found", message=str(error), key=key)
        except (NoTeam, Forbidden) as error:
            refused = Refused(code="forbidden", message=str(error), key=key)
        except (OperationalError, InterfaceError) as error:
            log.warning("database unreachable", error=str(error).strip())
            refused = Refused(
                code="unavailable",
                message="The database cannot be reached, so nothing was done. "
                "Try again in a moment.",
                key=key,
            )
        self._say(refused)
        return refused.code

    async def _do(self, message: ClientMessage) -> None:
        match message:
            case Run():
                self.visit.begin_run(message.key)
                accepted = await off_loop(self._run)(message)
                self._say(accepted)
                for generation in _generations(accepted):
                    hub.watch_new(self._new_watch(Held(generation=generation)))
                await self.visit.end_draft(message.session)
            case Stop():
                await off_loop(self._stop)([_checked_id(message.generation)])
            case StopAll():
                await off_loop(self._stop_all)(_checked_id(message.comparison))
            case WatchSome():
                await self._watch_some(message.generations)
            case Painted():
                if 0 <= message.ttft_ms < 3_600_000:
                    await off_loop(self._record_paint)(message)
            case Open():
                await self.visit.open(message)
            case WriteDraft() | PutAside() | TakeBack() | ForgetSetAside():
                await self.visit.draft(message)

    def _named_team(self) -> str | None:
        """The team that the page acts for, from the socket's address; None is the current one."""
        query = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        return query["team"][0] if "team" in query else None

    # --- verbs, off the event loop ---------------------------------------------------------------

    def _membership(self) -> Membership:
        """Asked at every message, so that a role that was taken away ends at once."""
        return membership_in(self.user, self.team) if self.team else current_membership(self.user)

    def _run(self, message: Run) -> Accepted:
        return actions.do_run(actions.check_run(self._membership(), message))

    def _stop(self, generations: list[int]) -> None:
        actions.do_stop(actions.check_stop(self._membership(), generations))

    def _stop_all(self, comparison: int) -> None:
        actions.do_stop(actions.check_stop_all(self._membership(), comparison))

    def _record_paint(self, message: Painted) -> None:
        generation = _checked_id(message.generation)
        actions.do_record_paint(self._membership(), generation, message.ttft_ms)

    def _check_watch(self, generations: list[int]) -> None:
        access_generations(self._membership(), generations)

    # --- watching --------------------------------------------------------------------------------

    async def _watch_some(self, held: list[Held]) -> None:
        if len(held) > MAX_WATCHES:
            raise BadInput(f"{len(held)} generations to watch; at most {MAX_WATCHES}.")
        await off_loop(self._check_watch)([_checked_id(item.generation) for item in held])
        for item in held:
            hub.watch(self._new_watch(item))

    def _new_watch(self, held: Held) -> Watch:
        """A watch of this socket, in the place of an earlier one of the same generation."""
        before = self.watches.pop(held.generation, None)
        if before is not None:
            hub.unwatch(before)
        while len(self.watches) >= MAX_WATCHES:
            hub.unwatch(self.watches.pop(next(iter(self.watches))))
        watch = Watch(held.generation, Cursor(held.attempt, held.seq), self._deliver)
        self.watches[held.generation] = watch
        return watch

    def _deliver(self, event: GenerationEvent) -> None:
        self._say(event)
        watch = self.watches.get(event.generation)
        if watch is not None and watch.cursor.ended:
            hub.unwatch(watch)
            del self.watches[event.generation]

    @property
    def watched(self) -> Iterable[int]:
        """The generations that this socket hears of now."""
        return tuple(self.watches)

    def lose_watch(self, generation: int) -> None:
        """The run is not shown to this person any more."""
        watch = self.watches.pop(generation, None)
        if watch is not None:
            hub.unwatch(watch)
            words = "This run is no longer shared with you, so what comes of it is not shown here."
            self._say(Refused(code="not_found", message=words))

    def _say(self, event: object) -> None:
        """Queue an event. The task that sends begins with the first: idle sockets are many."""
        self.outbox.put(event)
        if self.sender is None:
            self.sender = asyncio.create_task(self._send_frames())

    async def _send_frames(self) -> None:
        try:
            while True:
                frame = await self.outbox.take()
                await self.base_send({"type": "websocket.send", "text": frame})
        except TooSlow:
            await self.close(TOO_SLOW)

    def _refuse(self, raw: str | bytes, code: Literal["bad_input"], message: str) -> None:
        self._say(Refused(code=code, message=message, key=_key_of(raw)))


def _checked_id(id: int) -> int:
    """An id that a bigint column can hold; anything else is nobody's."""
    if not 0 < id <= _BIGGEST_ID:
        raise Http404("There is no such thing in your team.")
    return id


class _Keyed(msgspec.Struct):
    key: str | None = None


def _key_of(raw: str | bytes) -> str | None:
    """The key of a message that is wrong otherwise, so that the page knows which run it was."""
    try:
        return msgspec.json.decode(raw, type=_Keyed).key
    except (msgspec.DecodeError, RecursionError):
        return None


def _generations(accepted: Accepted) -> list[int]:
    """All generations of a run; those that a lane shows are watched first."""
    more = [id for lane in accepted.lanes for id in lane.samples if id != lane.generation]
    return [lane.generation for lane in accepted.lanes] + more
