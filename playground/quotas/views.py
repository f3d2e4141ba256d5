"""A team's quota, for everyone who is in the team: all share it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from playground.accounts.access import require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.analytics.views import KINDS
from playground.quotas.burn_down import Month, month
from playground.quotas.models import Quota


@page("usage")
def quota(request: HttpRequest) -> HttpResponse:
    """How much is left, how it went, and how long it will last."""
    shown = _month(request)
    context = {
        "at": "quota",
        "month": shown,
        "chart": shown.chart(),
        "table": shown.table(),
        "export": reverse("export_quota", args=["TABLE", "KIND"]),
        "query": "",
    }
    return render(request, "quotas/quota.html", context)


@page("usage")
def export(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """The days as a file."""
    found = _month(request).table()
    if table != found.name or kind not in KINDS:
        raise Http404("There is no such table.")
    write, content_type = KINDS[kind]
    answer = HttpResponse(write(found), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="quota-{table}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _month(request: HttpRequest) -> Month:
    membership = request.membership  # type: ignore[attr-defined]
    require(membership, Permission.VIEW)
    found = Quota.objects.filter(team_id=membership.team_id).first()
    return month(membership.team_id, found)
