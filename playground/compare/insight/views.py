"""The views on one run and on a session's runs together, and their parts alone for htmx."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from inference.analysis.capsule import capsule as capsule_of
from inference.analysis.prefix_cache import warning
from playground.accounts.access import enter_team_of, require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.compare.access import access_comparison, access_session
from playground.compare.actions import check_run, do_run
from playground.compare.insight.answers import answers_of_run, answers_of_runs
from playground.compare.insight.capsules import agreements, sealed
from playground.compare.insight.contention import contention_of
from playground.compare.insight.diffs import DiffForm, choosable, text_diff_of
from playground.compare.insight.divergences import divergences
from playground.compare.insight.goodputs import goodputs_of
from playground.compare.insight.lanes import InsightLane, Pick, lanes_of, pick_of
from playground.compare.insight.pictures import (
    LEGEND,
    cached_prompt,
    caches,
    reach,
    ribbons,
    timings,
    waterfalls,
)
from playground.compare.insight.session_runs import runs_picked
from playground.compare.insight.stacks import stacks_of
from playground.compare.insight.statistics import statistics_of
from playground.compare.insight.trying import FiltersForm, tried
from playground.compare.insight.verifying import repetitions_of, verdict_of
from playground.compare.models import Comparison, Session
from playground.compare.repeating import plan_again, request_again
from playground.compare.requests import BadInput

NAMES = ("case", "sample", "run", "base", "ttft", "tpot", "e2e")
OWN = {"base": {"base"}, "limits": {"ttft", "tpot", "e2e"}, "runs": {"run"}}
"""Of each form on the pages, what it says itself."""


@page("history")
def insight(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Where the run's time went, where its lanes part, and what other filters would have done."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    if request.htmx:  # type: ignore[attr-defined]
        return _part(request, run)
    return _page(request, run)


def _page(
    request: HttpRequest, run: Comparison, problem: str = "", status: int = 200
) -> HttpResponse:
    membership = request.membership  # type: ignore[attr-defined]
    looked_at = _looked_at(request, run)
    lanes = looked_at["lanes"]
    answers = answers_of_run(run)
    context = {
        **looked_at,
        **_tried(request, lanes),
        **_diffed(request, run, looked_at["pick"]),
        **_kept(request),
        "problem": problem,
        "key": uuid4(),
        "verdict": verdict_of(membership, run),
        "repetitions": repetitions_of(membership, run),
        "answers": answers,
        "contended": contention_of(run, answers),
        "statistics": statistics_of(answers, request.GET.get("base", "")),
        "goodputs": goodputs_of(answers, request.GET.dict()),
        "legend": LEGEND,
        "waterfalls": (flows := waterfalls(lanes)),
        "waterfalls_reach": reach(picture.found for picture in flows),
        "timings": (strips := timings(lanes)),
        "timings_reach": reach(picture.found for picture in strips),
        "caches": caches(lanes),
        "cache_warning": warning([cached_prompt(lane) for lane in lanes]),
        "divergences": divergences(lanes),
        "ribbons": ribbons(lanes),
        "stacks": stacks_of(run, looked_at["pick"]),
        "sealed": (found := sealed(lanes)),
        "agreements": agreements(found),
    }
    return render(request, "compare/insight/page.html", context, status=status)


def _kept(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    """What each form of the page keeps of the address: all that is not its own."""
    known = [(name, value) for name in NAMES for value in request.GET.getlist(name)]
    return {
        f"kept_{form}": [(name, value) for name, value in known if name not in own]
        for form, own in OWN.items()
    }


def _looked_at(request: HttpRequest, run: Comparison) -> dict[str, Any]:
    pick = pick_of(run, request.GET.get("case", ""), request.GET.get("sample", ""))
    return {"run": run, "pick": pick, "lanes": lanes_of(run, pick)}


def _part(request: HttpRequest, run: Comparison) -> HttpResponse:
    """The part that htmx asks for, by the id of what it replaces."""
    membership = request.membership  # type: ignore[attr-defined]
    target = request.htmx.target  # type: ignore[attr-defined]
    if target == "verified":
        context = {"run": run, "verdict": verdict_of(membership, run)}
        return render(request, "compare/insight/verdict.html", context)
    looked_at = _looked_at(request, run)
    if target == "text-diff":
        context = looked_at | _diffed(request, run, looked_at["pick"])
        return render(request, "compare/insight/text_diff.html", context)
    context = looked_at | _tried(request, looked_at["lanes"])
    return render(request, "compare/insight/what_if.html", context)


def _tried(request: HttpRequest, lanes: Sequence[InsightLane]) -> dict[str, Any]:
    if not lanes:
        return {}
    form = FiltersForm(request.GET.dict(), lanes)
    return {"form": form, "tried": tried(form) if form.is_valid() else None}


def _diffed(request: HttpRequest, run: Comparison, pick: Pick) -> dict[str, Any]:
    answers = choosable(run, pick)
    if len(answers) < 2:
        return {}
    form = DiffForm(request.GET.dict(), answers)
    return {"diff_form": form, "text_diff": text_diff_of(run, pick, form)}


@page("history", "POST")
def run_again(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Do the run once more with everything as it was, and go to what comes of it."""
    membership = enter_team_of(request, Session, public_id=public_id)
    run = access_comparison(membership, public_id, number)
    require(membership, Permission.RUN)
    try:
        again = request_again(membership, run, _key(request))
        accepted = do_run(check_run(membership, again, plan_again(run)))
    except BadInput as error:
        return _page(request, run, error.message, status=400)
    address = reverse("insight", args=[accepted.session.id, accepted.comparison.number])
    return HttpResponseRedirect(f"{address}#verified")


def _key(request: HttpRequest) -> UUID:
    """Of the page's form, so that pressing twice runs once."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@page("history")
def session_insight(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The runs of a session compared together: those that are picked, or the latest."""
    membership = enter_team_of(request, Session, public_id=public_id)
    session = access_session(membership, public_id)
    picked = runs_picked(membership, session, request.GET.getlist("run"))
    answers = answers_of_runs(picked.runs)
    context = {
        **_kept(request),
        "session": session,
        "picked": picked,
        "answers": answers,
        "statistics": statistics_of(answers, request.GET.get("base", "")),
        "goodputs": goodputs_of(answers, request.GET.dict()),
    }
    return render(request, "compare/insight/session.html", context)


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
