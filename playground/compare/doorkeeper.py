"""Closes the sockets of people who may no longer be here: within 3 s, by Postgres alone.

Each message is checked when it comes, but a socket also listens: whoever is signed out, removed
or demoted must not go on hearing their old team. One query per process looks at all its sockets.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from django.db import DatabaseError, connection

from inference.cancellation import are_alive, cancel_all
from playground.accounts.models import Membership, User
from playground.compare.access import still_watchable
from playground.threads import off_loop

log = structlog.get_logger(__name__)
CHECK_SECONDS = 2.0
SIGNED_OUT, SHUT_OUT, ROLE_CHANGED = 4401, 4403, 4409
REASONS = {
    SIGNED_OUT: "You are signed out.",
    SHUT_OUT: "You are no longer in this team.",
    ROLE_CHANGED: "Your role in this team has changed.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Under what a socket was let in. `password` is the hash that the person then had."""

    user: int
    team: int
    role: str
    session: str
    password: str

    @classmethod
    def of(cls, user: User, membership: Membership, session: str | None) -> "Standing":
        """Where this person stands now. `session` is the key of their sign-in."""
        return cls(user.pk, membership.team_id, membership.role, session or "", user.password)


class Socket(Protocol):
    """What the doorkeeper needs of an open socket."""

    standing: Standing

    @property
    def watched(self) -> Iterable[int]: ...
    def lose_watch(self, generation: int) -> None: ...
    def close(self, code: int, reason: str) -> Coroutine[Any, Any, None]: ...


STANDINGS = """
SELECT open.place, person.is_active, person.password, signed_in.session_key, member.role
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY
    AS open(user_id, team_id, session_key, place)
LEFT JOIN accounts_user AS person ON person.id = open.user_id
LEFT JOIN django_session AS signed_in
    ON signed_in.session_key = open.session_key AND signed_in.expire_date > now()
LEFT JOIN accounts_team AS team ON team.id = open.team_id AND team.deleted_at IS NULL
LEFT JOIN accounts_membership AS member
    ON member.user_id = open.user_id AND member.team_id = team.id
ORDER BY open.place
"""


def verdicts(standings: Sequence[Standing]) -> list[int | None]:
    """For each, the code to close its socket with, or None where it may stay."""
    columns = (
        [standing.user for standing in standings],
        [standing.team for standing in standings],
        [standing.session for standing in standings],
    )
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, columns)
        rows = cursor.fetchall()
    return [_verdict(standing, *row[1:]) for standing, row in zip(standings, rows, strict=True)]


def _verdict(
    standing: Standing,
    active: bool | None,
    password: str | None,
    session: str | None,
    role: str | None,
) -> int | None:
    if not active or session is None or password != standing.password:
        return SIGNED_OUT
    if role is None:
        return SHUT_OUT
    return None if role == standing.role else ROLE_CHANGED


class Doorkeeper:
    """The open sockets of this process, looked at while there is one."""

    def __init__(self) -> None:
        self._sockets: set[Socket] = set()
        self._duty: asyncio.Task[None] | None = None

    def admit(self, socket: Socket) -> None:
        """Look after this socket from now on."""
        self._sockets.add(socket)
        if self._duty is None or not are_alive([self._duty]):
            self._duty = asyncio.create_task(self._keep())

    async def dismiss(self, socket: Socket) -> None:
        """It is closed; the last one ends the watching."""
        self._sockets.discard(socket)
        if not self._sockets and self._duty is not None:
            duty, self._duty = self._duty, None
            await cancel_all([duty])

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            for look in (self._close_doors, self._end_watches):
                await self._try(look)

    async def _try(self, look: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await look()
        except DatabaseError as error:
            # Nothing can be said of anyone now; messages are refused meanwhile.
            log.warning("standing of sockets unknown", error=str(error))

    async def _close_doors(self) -> None:
        sockets = list(self._sockets)
        codes = await off_loop(verdicts)([socket.standing for socket in sockets])
        closing = []
        for socket, code in zip(sockets, codes, strict=True):
            if code is not None and socket in self._sockets:
                self._sockets.discard(socket)
                closing.append(socket.close(code, REASONS[code]))
        # One that goes by itself at this moment must not keep the others open.
        for outcome in await asyncio.gather(*closing, return_exceptions=True):
            if isinstance(outcome, BaseException):
                log.info("a socket went first", error=type(outcome).__name__)

    async def _end_watches(self) -> None:
        """A run that was made private meanwhile is heard by its author alone."""
        watched = {
            (socket.standing.user, socket.standing.team, generation)
            for socket in self._sockets
            for generation in socket.watched
        }
        if not watched:
            return
        gone = watched - await off_loop(still_watchable)(watched)
        if not gone:
            return
        for socket in tuple(self._sockets):
            for generation in tuple(socket.watched):
                if (socket.standing.user, socket.standing.team, generation) in gone:
                    socket.lose_watch(generation)


doorkeeper = Doorkeeper()
