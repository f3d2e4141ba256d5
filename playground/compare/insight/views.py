"""The views on one run, and its what-if part alone for htmx."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from inference.analysis.capsule import capsule as capsule_of
from inference.analysis.prefix_cache import warning
from playground.accounts.access import enter_team_of
from playground.accounts.pages import page
from playground.compare.access import access_comparison
from playground.compare.insight.capsules import agreements, sealed
from playground.compare.insight.divergences import divergences
from playground.compare.insight.lanes import lanes_of, pick_of
from playground.compare.insight.pictures import (
    LEGEND,
    cached_prompt,
    caches,
    ribbons,
    timings,
    waterfalls,
)
from playground.compare.insight.stacks import stacks_of
from playground.compare.insight.trying import FiltersForm, tried
from playground.compare.models import Session


@page("history")
def insight(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Where the run's time went, where its lanes part, and what other filters would have done."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    pick = pick_of(run, request.GET.get("case", ""), request.GET.get("sample", ""))
    lanes = lanes_of(run, pick)
    context: dict[str, Any] = {"run": run, "pick": pick, "lanes": lanes}
    if lanes:
        form = FiltersForm(request.GET.dict(), lanes)
        context |= {"form": form, "tried": tried(form) if form.is_valid() else None}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "compare/insight/what_if.html", context)
    context |= {
        "legend": LEGEND,
        "waterfalls": waterfalls(lanes),
        "timings": timings(lanes),
        "caches": caches(lanes),
        "cache_warning": warning([cached_prompt(lane) for lane in lanes]),
        "divergences": divergences(lanes),
        "ribbons": ribbons(lanes),
        "stacks": stacks_of(run, pick),
        "sealed": (found := sealed(lanes)),
        "agreements": agreements(found),
    }
    return render(request, "compare/insight/page.html", context)


@page("history")
def capsule(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """All that is needed to run one lane's answer again, as a file. Raises Http404."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    pick = pick_of(run, request.GET.get("case", ""), request.GET.get("sample", ""))
    letter = request.GET.get("lane", "A")
    lane = next((lane for lane in lanes_of(run, pick) if lane.letter == letter), None)
    if lane is None:
        raise Http404("There is no such lane in this run.")
    answer = JsonResponse(capsule_of(lane.row).document(), json_dumps_params={"indent": 1})
    name = f"run-{number}-lane-{letter}.capsule.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
