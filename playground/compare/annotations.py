"""What people add to a run, and who gets to see it: names, tags, pins, shared or private.

Everyone sees what is shared. Only who ran something decides whether it is: sharing a session, or
making it private, moves its author's runs in it and the runs to come, never a teammate's.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from playground.accounts.access import Forbidden, require
from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, Membership
from playground.accounts.roles import Permission
from playground.compare.access import access_comparison, access_session
from playground.compare.models import Comparison, Session
from playground.compare.requests import BadInput
from playground.prompts.tags import BadTags, check_tags, split_tags

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Label:
    """What a run is called and filed under."""

    name: str
    tags: list[str]


def check_label(name: str, tags: str) -> Label:
    """A name (may be empty) and tags, apart by commas. Raises BadInput naming the limit."""
    name = " ".join(name.split())
    if "\x00" in name or "\x00" in tags:
        raise BadInput("The text holds a NUL character; remove it.", "name")
    if len(name) > MAX_NAME:
        raise BadInput(f"The name has {len(name)} characters; at most {MAX_NAME}.", "name")
    try:
        return Label(name, check_tags(split_tags(tags)))
    except BadTags as error:
        raise BadInput(str(error), "tags") from error


def check_organize(membership: Membership, session: UUID, number: int) -> Comparison:
    """A run that this person may name, tag and pin: any that they see."""
    comparison = access_comparison(membership, session, number)
    require(membership, Permission.ORGANIZE)
    return comparison


def do_label(comparison: Comparison, label: Label) -> None:
    """Name and tag it. The name is among the words that the history finds it by."""
    comparison.name, comparison.tags = label.name, label.tags
    comparison.digested_at = None
    comparison.save(update_fields=["name", "tags", "digested_at"])


def do_pin(comparison: Comparison, pinned: bool) -> None:
    """Keep it on top of the history, for the whole team, or no longer."""
    runs = Comparison.objects.filter(pk=comparison.pk, pinned_at__isnull=pinned)
    runs.update(pinned_at=Now() if pinned else None)
    comparison.refresh_from_db(fields=["pinned_at"])


def check_share_run(membership: Membership, session: UUID, number: int) -> Comparison:
    """A run that this person may share or make private: their own."""
    comparison = access_comparison(membership, session, number)
    require(membership, Permission.SHARE)
    if comparison.author_id != membership.user_id:
        raise Forbidden("Only who started a run decides who sees it.")
    return comparison


def do_share_run(comparison: Comparison, shared: bool, origin: Origin) -> None:
    """Let the team see this run, or its author alone."""
    with transaction.atomic():
        runs = Comparison.objects.filter(pk=comparison.pk, shared=not shared)
        if runs.update(shared=shared):
            action = AuditAction.RUN_SHARED if shared else AuditAction.RUN_UNSHARED
            session = str(comparison.session.public_id)
            target = f"run {comparison.number} of session {session}"
            record(comparison.team, origin, action, target, session=session, run=comparison.number)
    comparison.shared = shared


def check_share_session(membership: Membership, session: UUID) -> Session:
    """A session that this person may share or make private: their own."""
    opened = access_session(membership, session)
    require(membership, Permission.SHARE)
    if opened.author_id != membership.user_id:
        raise Forbidden("Only who began a session decides who sees it.")
    return opened


def do_share_session(session: Session, shared: bool, origin: Origin) -> None:
    """Let the team see this session with its author's runs and all to come, or none of them.

    The session's row is locked as a new run locks it, so that a run of the same moment comes out
    as the session says.
    """
    with transaction.atomic():
        locked = Session.objects.select_for_update().get(pk=session.pk)
        changed = locked.shared != shared
        Session.objects.filter(pk=session.pk).update(shared=shared)
        own = session.comparisons.filter(author_id=session.author_id, shared=not shared)
        runs = own.update(shared=shared)
        if changed or runs:
            action = AuditAction.SESSION_SHARED if shared else AuditAction.SESSION_UNSHARED
            id = str(session.public_id)
            record(session.team, origin, action, f"session {id}", session=id, runs=runs)
    session.shared = shared
