"""What a person types before they run it: kept on the server, one draft a page, nothing lost.

The last write is shown in every tab. A write that began from another tab's older draft puts that
draft aside, from where it can be taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404

from playground.accounts.models import Membership
from playground.compare.access import access_session
from playground.compare.announcing import Announcement, announce
from playground.compare.events import DraftChanged, DraftSaved, KeptDraft
from playground.compare.messages import ForgetSetAside, PutAside, TakeBack, WriteDraft
from playground.compare.models import Comparison, Draft, Session, SetAside
from playground.compare.requests import BadInput

MAX_STATE_BYTES = 300_000
MAX_DEPTH = 12
MAX_SET_ASIDE = 20
KEPT_FOR = timedelta(days=30)
WORDS = 60
TEXTS = ("system", "prompt", "lanes", "library", "cases", "mode")
KNOWN = frozenset({*TEXTS, "open", "on"})
"""`lanes` are profiles with settings, `library` the prompt that was opened with the turns before
the last, `cases` the values of its variables, `mode` whether it is a chat or a text, `open` the
parts of the page that are unfolded, `on` the number of the run under which it was typed."""
_BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Whose draft, and of which page: `session` None is the new session's."""

    membership: Membership
    session: Session | None

    @property
    def public_id(self) -> str | None:
        return str(self.session.public_id) if self.session else None

    @property
    def drafts(self) -> QuerySet[Draft]:
        return Draft.objects.filter(
            user_id=self.membership.user_id,
            team_id=self.membership.team_id,
            session=self.session,
        )

    def announce(self) -> None:
        """Tell the person's other tabs."""
        news = Announcement("draft", self.public_id, user=self.membership.user_id)
        transaction.on_commit(lambda: announce(news))


def check_place(membership: Membership, session: UUID | None) -> Place:
    """A page whose draft the person may have. Raises Http404."""
    return Place(membership, access_session(membership, session) if session else None)


def check_state(given: Mapping[str, Any]) -> dict[str, Any]:
    """What of a page's state is kept: known parts, of bounded size. Raises BadInput."""
    state = {name: value for name, value in given.items() if name in KNOWN}
    if not isinstance(state.get("open", {}), dict):
        raise BadInput("The parts that are open must be given by name.", code="bad_draft")
    if not _is_storable(state, MAX_DEPTH):
        raise BadInput(
            "What you typed holds a NUL character, so it is not kept. Remove it.", code="bad_draft"
        )
    size = len(msgspec.json.encode(state))
    if size > MAX_STATE_BYTES:
        raise BadInput(
            f"What you typed takes {size // 1000:,} KB; at most {MAX_STATE_BYTES // 1000} KB are "
            "kept until you run it. It can still be run, but shorten it to have it kept.",
            code="bad_draft",
        )
    return state


def _is_storable(value: Any, depth: int) -> bool:
    """Whether Postgres can hold it: no NUL, and no deeper than a page's state ever is."""
    match value:
        case str():
            return "\x00" not in value
        case dict():
            return depth > 0 and all(
                "\x00" not in name and _is_storable(item, depth - 1) for name, item in value.items()
            )
        case list():
            return depth > 0 and all(_is_storable(item, depth - 1) for item in value)
        case _:
            return True


def has_text(state: Mapping[str, Any]) -> bool:
    """Whether something was typed or set, beyond parts that were folded."""
    return any(name in state for name in TEXTS)


def differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the two say something else."""
    return any(one.get(name) != other.get(name) for name in TEXTS)


@transaction.atomic
def do_write_draft(place: Place, message: WriteDraft) -> DraftSaved:
    """Keep what was typed. What another tab wrote meanwhile is put aside. Raises BadInput."""
    state = check_state(message.state)
    draft = _locked(place, message.tab)
    if draft.state != state:
        surprised = draft.revision != message.base and draft.tab != message.tab
        if surprised and has_text(draft.state) and differs(draft.state, state):
            _set_aside(draft)
        _write(draft, state, message.tab)
        place.announce()
    return DraftSaved(
        session=place.public_id, revision=draft.revision, set_aside=_kept_beside(draft)
    )


@transaction.atomic
def do_clear_draft(place: Place, tab: UUID, base: int) -> int:
    """What was typed has run: only what is unfolded stays. Returns the revision.

    A draft that the page had not seen, written in another tab, is put aside.
    """
    draft = place.drafts.select_for_update().first()
    if draft is None:
        return 0
    if has_text(draft.state):
        if draft.tab != tab and draft.revision != base:
            _set_aside(draft)
        _write(draft, {"open": draft.state.get("open", {})}, tab)
        place.announce()
    return draft.revision


@transaction.atomic
def do_take_back(place: Place, message: TakeBack) -> DraftChanged:
    """Exchange the draft for one that was put aside. Raises Http404 if there is no such."""
    draft = place.drafts.select_for_update().first()
    wanted = message.id if 0 < message.id <= _BIGGEST_ID else 0
    kept = draft.set_aside.filter(pk=wanted).first() if draft else None
    if draft is None or kept is None:
        raise Http404("This text is no longer kept.")
    if has_text(draft.state) and differs(draft.state, kept.state):
        _set_aside(draft)
    kept.delete()
    _write(draft, {**kept.state, "on": draft.state.get("on")}, message.tab)
    place.announce()
    return _changed(place, draft)


@transaction.atomic
def do_put_aside(place: Place, message: PutAside) -> DraftSaved:
    """Keep what stands on the page, which is about to make room for something else. Raises
    BadInput."""
    state = check_state(message.state)
    draft = _locked(place, message.tab)
    if has_text(state):
        _keep_beside(draft, state, message.tab)
        place.announce()
    return DraftSaved(
        session=place.public_id, revision=draft.revision, set_aside=_kept_beside(draft)
    )


def do_forget_set_aside(place: Place, _message: ForgetSetAside) -> DraftSaved:
    """Drop what was put aside on this page."""
    SetAside.objects.filter(draft__in=place.drafts).delete()
    draft = place.drafts.first()
    place.announce()
    return DraftSaved(
        session=place.public_id, revision=draft.revision if draft else 0, set_aside=[]
    )


def draft_of(place: Place) -> DraftChanged | None:
    """The draft as a page shows it; None where there never was one."""
    draft = place.drafts.first()
    return _changed(place, draft) if draft else None


def draft_for_page(place: Place, shown: Comparison | None) -> dict[str, Any]:
    """What a page that opens begins from, ready for JSON.

    It shows the draft if that is newer than the run on the page, or was typed under it. Otherwise
    it starts at revision 0, so that typing there puts the draft aside instead of losing it.
    """
    draft = place.drafts.first()
    if draft is None:
        return {"revision": 0, "state": None, "set_aside": []}
    kept = [msgspec.to_builtins(item) for item in _kept_beside(draft)]
    if has_text(draft.state) and not _belongs(draft, place.session, shown):
        state: dict[str, Any] = {"open": draft.state.get("open", {})}
        return {"revision": 0, "state": state, "set_aside": kept}
    return {"revision": draft.revision, "state": draft.state, "set_aside": kept}


def _belongs(draft: Draft, session: Session | None, shown: Comparison | None) -> bool:
    if shown is None or draft.state.get("on") == shown.number:
        return True
    return session is not None and shown.number == session.runs


def _locked(place: Place, tab: UUID) -> Draft:
    """The draft's row, made where there is none, held until the transaction ends."""
    draft, _ = place.drafts.select_for_update().get_or_create(
        user_id=place.membership.user_id,
        team_id=place.membership.team_id,
        session=place.session,
        defaults={"state": {}, "revision": 0, "tab": tab},
    )
    return draft


def _write(draft: Draft, state: dict[str, Any], tab: UUID) -> None:
    draft.state, draft.tab = state, tab
    draft.revision += 1
    Draft.objects.filter(pk=draft.pk).update(
        state=state, tab=tab, revision=draft.revision, updated_at=Now()
    )


def _set_aside(draft: Draft) -> None:
    """Keep the draft as it is, and no more such than MAX_SET_ASIDE, none older than KEPT_FOR."""
    _keep_beside(draft, draft.state, draft.tab)


def _keep_beside(draft: Draft, state: dict[str, Any], tab: UUID) -> None:
    SetAside.objects.create(draft=draft, state=state, tab=tab)
    beside = SetAside.objects.filter(draft=draft)
    beside.filter(at__lt=Now() - KEPT_FOR).delete()
    newest = beside.order_by("-pk").values_list("pk", flat=True)[:MAX_SET_ASIDE]
    beside.exclude(pk__in=list(newest)).delete()


def _kept_beside(draft: Draft) -> list[KeptDraft]:
    rows = draft.set_aside.order_by("-pk")
    return [KeptDraft(row.pk, row.at.isoformat(), _words(row.state)) for row in rows]


def _words(state: Mapping[str, Any]) -> str:
    """The first words of what was typed, or what else it is."""
    for name in ("prompt", "system"):
        text = state.get(name)
        if isinstance(text, str) and text.strip():
            line = " ".join(text[: 4 * WORDS].split())
            return line if len(line) <= WORDS else line[: WORDS - 1] + "…"
    return "Settings of the lanes"


def _changed(place: Place, draft: Draft) -> DraftChanged:
    return DraftChanged(
        session=place.public_id,
        revision=draft.revision,
        state=msgspec.Raw(msgspec.json.encode(draft.state)),
        set_aside=_kept_beside(draft),
    )
