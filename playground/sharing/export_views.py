"""Downloads of runs and of the library. What leaves the team is in its audit log."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase

from playground.accounts.access import enter_team_of, require
from playground.accounts.audit import origin_of, record
from playground.accounts.models import AuditAction, Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.access import access_comparison, access_session
from playground.compare.models import Session
from playground.sharing.exchange.report import report_file
from playground.sharing.exchange.selection import Selection, everything_of, run_of, session_of
from playground.sharing.exchange.table import library_table, sessions_table
from playground.sharing.exchange.writing import library_file, sessions_file
from playground.sharing.streaming import download

RUNS: dict[str, Callable[[Selection], Iterator[bytes]]] = {
    "json": sessions_file,
    "csv": sessions_table,
    "zip": report_file,
}
LIBRARY: dict[str, Callable[[Membership], Iterator[bytes]]] = {
    "json": library_file,
    "csv": library_table,
}


@page("history")
def export_run(request: HttpRequest, public_id: UUID, number: int, kind: str) -> HttpResponseBase:
    """One run."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    name = f"{run.session.title[:50]} run {number}"
    return _runs(request, run_of(membership, run), kind, name, f"run {public_id}/{number}")


@page("history")
def export_session(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponseBase:
    """A session's runs, those that the person may see."""
    membership = enter_team_of(request, Session, public_id=public_id)
    session = access_session(membership, public_id)
    selection = session_of(membership, session)
    return _runs(request, selection, kind, session.title, f"session {public_id}")


@page("history")
def export_sessions(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Everything that the person may see of the team's history."""
    if kind == "zip":  # a report of everything would be read by nobody, and made in one piece
        raise Http404("There is no such export.")
    membership: Membership = request.membership  # type: ignore[attr-defined]
    name = f"{membership.team.name} sessions"
    return _runs(request, everything_of(membership), kind, name, "all sessions that they see")


@page("library")
def export_library(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The team's prompts, and the presets that the person may see."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    if kind not in LIBRARY:
        raise Http404("There is no such export.")
    _note(request, membership, "the library", kind)
    return download(LIBRARY[kind](membership), f"{membership.team.name} library", kind)


def _runs(
    request: HttpRequest, selection: Selection, kind: str, name: str, what: str
) -> HttpResponseBase:
    if kind not in RUNS:
        raise Http404("There is no such export.")
    _note(request, selection.membership, what, kind)
    return download(RUNS[kind](selection), name, kind)


def _note(request: HttpRequest, membership: Membership, what: str, kind: str) -> None:
    """Raises Forbidden where the role may not export."""
    require(membership, Permission.EXPORT)
    if request.method == "GET":
        origin = origin_of(request)
        record(membership.team, origin, AuditAction.DATA_EXPORTED, what, format=kind)
