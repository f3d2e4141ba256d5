"""Which pages of this process show which session, and who else in the world does.

Runs only while a page is open here: one listener for announcements, one heartbeat. Whatever is
missed while Valkey is away is looked up again when it is back.
"""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
import structlog
from django.db import DatabaseError
from redis.exceptions import RedisError

from inference.cancellation import are_alive, cancel_all
from inference.stores import valkey_async
from playground.accounts.models import User
from playground.compare import announcing, presence
from playground.compare.access import still_visible
from playground.compare.announcing import Announcement
from playground.compare.events import Person
from playground.threads import off_loop

if TYPE_CHECKING:
    import redis.asyncio.client

    from playground.compare.visits import Visit

log = structlog.get_logger(__name__)
RETRY_SECONDS = 0.5
SILENCE_SECONDS = 5


class Rooms:
    """The visits of this process, and the two tasks that serve them."""

    def __init__(self) -> None:
        self._visits: set[Visit] = set()
        self._duties: list[asyncio.Task[None]] = []
        self._asked = asyncio.Event()
        self._stale: set[str] = set()

    def enter(self, visit: "Visit") -> None:
        """Serve this visit from now on. Returns at once."""
        self._visits.add(visit)
        if not are_alive(self._duties):
            self._asked, self._stale = asyncio.Event(), set()
            self._duties = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]
            for duty in self._duties:
                duty.add_done_callback(_report)
        self._look_at_people(visit.session)

    async def leave(self, visit: "Visit") -> None:
        """Serve it no more; the last one ends the tasks."""
        present = visit in self._visits
        self._visits.discard(visit)
        if present and visit.session is not None:
            await self._depart(visit.session, visit.member)
        if not self._visits:
            duties, self._duties = self._duties, []
            await cancel_all(duties)

    async def _depart(self, session: str, member: str) -> None:
        client = valkey_async()
        try:
            await presence.depart(client, session, member)
            news = Announcement("people", session)
            await client.publish(announcing.CHANNEL, announcing.encode(news))
        except (RedisError, OSError) as error:
            # It runs out by itself.
            log.warning("departure not told", error=str(error))
        finally:
            await client.aclose()

    # --- announcements ---------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Hand on what is announced until cancelled. Each start looks at everything once."""
        while True:
            client = valkey_async(socket_timeout=None)
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(announcing.CHANNEL)
                    await self._hear(channel)
            except (RedisError, OSError) as error:
                log.warning("announcements lost", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                await client.aclose()

    async def _hear(self, channel: "redis.asyncio.client.PubSub") -> None:
        """Hand on what comes. Raises ConnectionError where a silent Valkey does not answer."""
        asked = False
        while True:
            message = await channel.get_message(timeout=SILENCE_SECONDS)
            if message is None:
                if asked:
                    raise ConnectionError("no answer")
                await channel.ping()
            elif message["type"] == "subscribe":
                self._look_at_everything()
            elif message["type"] == "message":
                self._hand_on(message["data"])
            asked = message is None

    def _look_at_everything(self) -> None:
        for visit in self._visits:
            visit.look_at("draft", "runs")
            self._look_at_people(visit.session)

    def _hand_on(self, raw: bytes) -> None:
        try:
            news = announcing.decode(raw)
        except msgspec.DecodeError:
            log.warning("announcement not understood")
            return
        if news.subject == "people":
            self._look_at_people(news.session)
            return
        for visit in self._visits:
            if visit.session == news.session and news.user in (None, visit.user):
                visit.look_at(news.subject)

    # --- presence --------------------------------------------------------------------------------

    def _look_at_people(self, session: str | None) -> None:
        if session is not None:
            self._stale.add(session)
            self._asked.set()

    async def _beat(self) -> None:
        """Renew this process's visits every few seconds, and look again where someone came or
        went, until cancelled."""
        client = valkey_async()
        told: set[str] = set()
        beat_at = 0.0
        try:
            while True:
                now = asyncio.get_running_loop().time()
                every = now >= beat_at
                beat_at = now + presence.BEAT_SECONDS if every else beat_at
                sessions, self._stale = self._stale, set()
                if every:
                    await self._send_away()
                    sessions = {visit.session for visit in self._visits if visit.session}
                told = await self._attend(client, sessions, told)
                await self._pause(beat_at)
        finally:
            await client.aclose()

    async def _pause(self, until: float) -> None:
        """Until the next beat is due or someone asks; at most ten times a second."""
        await asyncio.sleep(0.1)
        wait = max(0.0, until - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout(wait):
                await self._asked.wait()
        except TimeoutError:
            pass
        self._asked.clear()

    async def _attend(
        self, client: "redis.asyncio.Redis", sessions: Iterable[str], told: set[str]
    ) -> set[str]:
        """Renew the visits to these sessions and show who is there. Returns the visits whose
        coming has been told to other processes."""
        here = {
            session: [visit for visit in self._visits if visit.session == session]
            for session in sessions
        }
        here = {session: visits for session, visits in here.items() if visits}
        if not here:
            return told
        members = {session: [v.member for v in visits] for session, visits in here.items()}
        try:
            people = await presence.attend(client, members)
            fresh = {session for session, found in members.items() if not told.issuperset(found)}
            for session in fresh:
                news = announcing.encode(Announcement("people", session))
                await client.publish(announcing.CHANNEL, news)
            names = await off_loop(_names)(set().union(*people.values()))
        except (RedisError, OSError, DatabaseError) as error:
            log.warning("presence unknown", error=str(error))
            return told
        for session, visits in here.items():
            for visit in visits:
                visit.show_people({id: names[id] for id in people[session] if id in names})
        present = {visit.member for visit in self._visits}
        return (told & present).union(*members.values())

    async def _send_away(self) -> None:
        """End the visits of those who may no longer see the session."""
        pairs = {(visit.user, visit.session) for visit in self._visits if visit.session}
        if not pairs:
            return
        try:
            gone = pairs - await off_loop(still_visible)(pairs)
        except DatabaseError as error:
            log.warning("visibility unknown", error=str(error))
            return
        for visit in tuple(self._visits):
            if visit.session and (visit.user, visit.session) in gone:
                self._visits.discard(visit)
                await self._depart(visit.session, visit.member)
                visit.send_away()


def _report(duty: "asyncio.Task[None]") -> None:
    """A duty ends by being cancelled; anything else must not stay unnoticed."""
    if not duty.cancelled() and (error := duty.exception()) is not None:
        log.error("a duty ended", duty=duty.get_name(), exc_info=error)


def _names(ids: set[int]) -> dict[int, Person]:
    people = User.objects.filter(pk__in=ids).only("id", "email", "first_name", "last_name")
    return {person.pk: Person(person.shown_name, initials(person)) for person in people}


def initials(person: User) -> str:
    """One or two letters for a small round mark."""
    words = person.shown_name.replace(".", " ").replace("_", " ").replace("-", " ").split()
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper() or "?"


rooms = Rooms()
