"""The page on which an admin asks for weekly reports, and the one that ends them from a mail."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from playground.accounts.access import require
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.analytics.filters import zones
from playground.reports import actions
from playground.reports.forms import SubscriptionForm
from playground.reports.models import Subscription
from playground.reports.weeks import next_after


@page("usage", "GET", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Whether the person gets reports of this team, and the button that begins or ends it."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    require(membership, Permission.SEE_USAGE)
    if request.method != "POST":
        return _show(request, membership, SubscriptionForm(initial={"zone": _zone(request)}))
    if "stop" in request.POST:
        actions.do_unsubscribe(membership)
        messages.success(request, "You get no more reports of this team.")
        return redirect("report")
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    here = request.build_absolute_uri("/").rstrip("/")
    actions.do_subscribe(membership, form.cleaned_data["zone"], here)
    messages.success(request, "You get a report each week.")
    return redirect("report")


@csrf_exempt  # a mail program presses the button; the address itself is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def stop_report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Behind the link of a mail: asked for, a page with one button; posted to, the end of it.

    Programs that look into mail open its links, so opening one must change nothing.
    """
    if request.method == "POST":
        actions.do_stop(public_id)
    found = Subscription.objects.filter(public_id=public_id).select_related("team").first()
    answer = render(request, "reports/stop.html", {"subscription": found})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _show(request: HttpRequest, membership: Membership, form: SubscriptionForm) -> HttpResponse:
    found = Subscription.objects.filter(user=membership.user_id, team=membership.team_id).first()
    context: dict[str, Any] = {
        "at": "report",
        "form": form,
        "subscription": found,
        "next": next_after(found.sent_for) if found else None,
    }
    if found is not None and not form.is_bound:
        form.initial["zone"] = found.zone
    return render(request, "reports/report.html", context, status=422 if form.errors else 200)


def _zone(request: HttpRequest) -> str:
    """The browser's, where the usage pages have noted it."""
    noted = request.COOKIES.get("zone", "")
    return noted if noted in zones() else "UTC"
