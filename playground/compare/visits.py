"""One socket's stay on a workbench page: what others, and the person's other tabs, do there."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.urls import reverse

from inference.cancellation import cancel_all
from playground.accounts.access import NoTeam
from playground.accounts.models import Membership
from playground.compare import drafts, presence
from playground.compare.announcing import Subject
from playground.compare.drafts import Place, check_place
from playground.compare.events import (
    ComparisonRef,
    DraftChanged,
    DraftSaved,
    Person,
    Presence,
    Refused,
    RunStarted,
    SessionRef,
)
from playground.compare.messages import (
    DraftMessage,
    ForgetSetAside,
    Open,
    PutAside,
    TakeBack,
    WriteDraft,
)
from playground.compare.models import Comparison, Session
from playground.compare.rooms import rooms
from playground.threads import off_loop

log = structlog.get_logger(__name__)
RETRY_SECONDS = 1.0
KEYS_REMEMBERED = 32
RUNS_TOLD = 5


class Visit:
    """Begins with the page's first `open`. `session` is a public id; None is the new session's."""

    def __init__(
        self, user: int, membership: Callable[[], Membership], say: Callable[[object], None]
    ) -> None:
        self.user = user
        self.session: str | None = None
        self.member = presence.member_of(user, uuid.uuid4().hex)
        self._membership = membership
        self._say = say
        self._tab: UUID | None = None
        self._draft = self._run = 0
        self._keys: deque[UUID] = deque(maxlen=KEYS_REMEMBERED)
        self._people: dict[int, Person] | None = None
        self._due: set[Subject] = set()
        self._look: asyncio.Task[None] | None = None

    async def open(self, message: Open) -> None:
        """Serve this page of this session from now on. Raises Http404."""
        place = await off_loop(self._place)(message.session)
        await self.close()
        self.session, self._tab = place.public_id, message.tab
        self._draft, self._run, self._people = message.draft, message.run, None
        rooms.enter(self)
        self.look_at("draft", "runs")

    async def close(self) -> None:
        """Serve it no more."""
        if self._look is not None:
            await cancel_all([self._look])
        self._due.clear()
        await rooms.leave(self)

    # --- drafts ----------------------------------------------------------------------------------

    async def draft(self, message: DraftMessage) -> None:
        """Keep, take back or forget; the answer goes to the page. Raises BadInput or Http404."""
        answer = await off_loop(self._do_draft)(message)
        self._hold(answer.session, answer.revision)
        self._say(answer)

    def _do_draft(self, message: DraftMessage) -> DraftSaved | DraftChanged:
        place = self._place(message.session)
        match message:
            case WriteDraft():
                return drafts.do_write_draft(place, message)
            case PutAside():
                return drafts.do_put_aside(place, message)
            case TakeBack():
                return drafts.do_take_back(place, message)
            case ForgetSetAside():
                return drafts.do_forget_set_aside(place, message)

    def begin_run(self, key: UUID) -> None:
        """This page starts a run: it needs not be told of it."""
        self._keys.append(key)

    async def end_draft(self, session: UUID | None) -> None:
        """What was typed has run."""
        if self._tab is not None:
            revision = await off_loop(self._clear)(session, self._tab, self._draft)
            self._hold(str(session) if session else None, revision)

    def _clear(self, session: UUID | None, tab: UUID, base: int) -> int:
        return drafts.do_clear_draft(self._place(session), tab, base)

    def _hold(self, session: str | None, revision: int) -> None:
        if session == self.session:
            self._draft = max(self._draft, revision)

    def _place(self, session: UUID | None) -> Place:
        return check_place(self._membership(), session)

    # --- news ------------------------------------------------------------------------------------

    def look_at(self, *subjects: Subject) -> None:
        """Look up what is new and say it. Calls that come meanwhile join into one more look."""
        self._due.update(subjects)
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_up())

    async def _look_up(self) -> None:
        while self._due:
            due, self._due = self._due, set()
            try:
                for event in await off_loop(self._news)(due):
                    self._say(event)
            except (Http404, NoTeam):
                return
            except (OperationalError, InterfaceError) as error:
                log.warning("news unknown", error=str(error))
                self._due |= due
                await asyncio.sleep(RETRY_SECONDS)

    def _news(self, due: set[Subject]) -> list[Any]:
        place = self._place(UUID(self.session) if self.session else None)
        news: list[Any] = []
        if "draft" in due:
            news += self._drafts_of_others(place)
        if "runs" in due and place.session is not None:
            news += self._new_runs(place.membership, place.session)
        return news

    def _drafts_of_others(self, place: Place) -> list[DraftChanged]:
        """The draft, if another tab has written it since this one last knew it."""
        draft = place.drafts.first()
        if draft is None or draft.revision <= self._draft or draft.tab == self._tab:
            return []
        self._draft = draft.revision
        changed = drafts.draft_of(place)
        return [changed] if changed else []

    def _new_runs(self, membership: Membership, session: Session) -> list[RunStarted]:
        """Runs that the person may see and this page does not know."""
        runs = session.comparisons.visible_to(membership).filter(number__gt=self._run)
        found = list(runs.select_related("author").order_by("-number")[:RUNS_TOLD])
        found.reverse()
        self._run = max([self._run, *(run.number for run in found)])
        news = [run for run in found if run.key not in self._keys]
        if not news:
            return []
        # One of these may be what the session is called by, and is newer than what we know of it.
        session = self._place(session.public_id).session or session
        return [self._started(session, run) for run in news]

    def _started(self, session: Session, run: Comparison) -> RunStarted:
        id = session.public_id
        return RunStarted(
            session=SessionRef(str(id), reverse("session", args=[id]), session.title),
            comparison=ComparisonRef(run.pk, run.number, reverse("run", args=[id, run.number])),
            author=run.author.shown_name if run.author else "Someone who has left",
            mine=run.author_id == self.user,
        )

    # --- presence --------------------------------------------------------------------------------

    def show_people(self, people: Mapping[int, Person]) -> None:
        """Tell who else is here, where that has changed."""
        others = {id: person for id, person in people.items() if id != self.user}
        if self.session is None or others == self._people:
            return
        self._people = others
        ordered = sorted(others.values(), key=lambda person: person.name.casefold())
        self._say(Presence(session=self.session, people=ordered))

    def send_away(self) -> None:
        """The session is not shown to this person any more."""
        self._people = None
        self._say(
            Refused(
                code="not_found",
                message="This session is no longer shared with you, so nothing new of it is shown "
                "here. Copy what you want to keep, and go on in a new session.",
            )
        )
