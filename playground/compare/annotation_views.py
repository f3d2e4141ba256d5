"""The bar of a run: each form changes one thing and shows the heading anew."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team_of
from playground.accounts.audit import origin_of
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.compare import annotations
from playground.compare.models import Comparison, Session
from playground.compare.requests import BadInput


@page("workbench", "POST")
def label_run(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Name and tag a run. What was typed stays where it was wrong."""
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = annotations.check_organize(membership, public_id, number)
    name, tags = request.POST.get("name", ""), request.POST.get("tags", "")
    try:
        annotations.do_label(comparison, annotations.check_label(name, tags))
    except BadInput as error:
        typed = {"name": name, "tags": tags, "problem": error.message}
        return _answer(request, membership, comparison, **typed)
    return _answer(request, membership, comparison)


@page("workbench", "POST")
def pin_run(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = annotations.check_organize(membership, public_id, number)
    annotations.do_pin(comparison, _yes(request, "pinned"))
    return _answer(request, membership, comparison)


@page("workbench", "POST")
def share_run(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = annotations.check_share_run(membership, public_id, number)
    annotations.do_share_run(comparison, _yes(request, "shared"), origin_of(request))
    return _answer(request, membership, comparison)


@page("workbench", "POST")
def share_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Share a whole session or make it private, from the run `run` of it."""
    membership = enter_team_of(request, Session, public_id=public_id)
    session = annotations.check_share_session(membership, public_id)
    annotations.do_share_session(session, _yes(request, "shared"), origin_of(request))
    runs = session.comparisons.visible_to(membership)
    shown = request.POST.get("run", "")
    number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0
    comparison = runs.filter(number=number).first() or runs.order_by("-number").first()
    if comparison is None:
        return redirect(session)
    comparison.session = session
    return _answer(request, membership, comparison)


def _yes(request: HttpRequest, field: str) -> bool:
    return request.POST.get(field) == "1"


def _answer(
    request: HttpRequest, membership: Membership, comparison: Comparison, **typed: str
) -> HttpResponse:
    """The heading for htmx; else the run's page, or what is wrong with the input."""
    if not request.htmx:  # type: ignore[attr-defined]
        if typed:
            return HttpResponseBadRequest(typed["problem"], content_type="text/plain")
        return redirect(comparison)
    session = comparison.session
    visible = session.comparisons.visible_to(membership).order_by("number")
    context = {
        "session": session,
        "comparison": comparison,
        "runs": list(visible.values_list("number", flat=True)),
        "typed": typed,
    }
    return render(request, "compare/heading.html", context)
