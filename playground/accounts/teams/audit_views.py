"""The log of what was changed about the team."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from playground.accounts import audit
from playground.accounts.access import enter_team, require
from playground.accounts.audit import origin_of
from playground.accounts.models import AuditAction, Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.accounts.teams import log
from playground.accounts.teams.forms import AuditFilterForm

KINDS = {"csv": (log.as_csv, "text/csv; charset=utf-8"), "json": (log.as_json, "application/json")}


@page("team")
def audit_log(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The newest changes, or those before a cursor; htmx gets the rows alone."""
    membership = enter_team(request, public_id)
    require(membership, Permission.SEE_AUDIT)
    form = _filters(request, membership)
    found = log.page_of(log.entries_of(membership, **form.given()), request.GET.get("before", ""))
    query = request.GET.copy()
    query.pop("before", None)
    context = {"tab": "audit", "form": form, "log": found, "query": query.urlencode()}
    if request.htmx and "before" in request.GET:  # type: ignore[attr-defined]
        return render(request, "teams/audit_rows.html", context)
    return render(request, "teams/audit.html", context)


@page("team")
def export(request: HttpRequest, public_id: UUID, kind: str) -> StreamingHttpResponse:
    """What the filters leave of the log, as a file."""
    membership = enter_team(request, public_id)
    require(membership, Permission.SEE_AUDIT)
    if kind not in KINDS:
        raise Http404("The log comes as csv or json.")
    write, content_type = KINDS[kind]
    noted = audit.record(
        membership.team, origin_of(request), AuditAction.DATA_EXPORTED, f"Audit log as {kind}"
    )
    entries = log.entries_of(membership, **_filters(request, membership).given())
    entries = entries.filter(pk__lt=noted.pk)
    answer = StreamingHttpResponse(write(entries), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="audit-log.{kind}"'
    return answer


def _filters(request: HttpRequest, membership: Membership) -> AuditFilterForm:
    return AuditFilterForm(request.GET, log.actors_of(membership))
