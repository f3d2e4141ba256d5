"""The workbench and its history. Views load through `access` and `history`, and render."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inference.dispatch import registered
from inference.profiles import offered
from playground.accounts.access import enter_team_of
from playground.accounts.pages import page
from playground.compare.access import access_comparison, access_session
from playground.compare.drafts import Place, draft_for_page
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES
from playground.compare.forms import LANE_LETTERS, blank_lane, lane_forms
from playground.compare.history import comparison_state, sessions_of
from playground.compare.models import Comparison, Session
from playground.prompts.messages import composed

EXAMPLES = (
    "Write a short story about a fox who lost a lantern.",
    "What is KV caching?",
    "What is 17 + 25?",
    "Explain the difference between prefill and decode.",
)


@page("workbench")
def workbench(request: HttpRequest) -> HttpResponse:
    """An empty workbench: running it starts a new session."""
    return _render_workbench(request)


@page("workbench")
def session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A session, opened at its latest run."""
    membership = enter_team_of(request, Session, public_id=public_id)
    opened = access_session(membership, public_id)
    latest = opened.comparisons.visible_to(membership).order_by("-number").first()
    return _render_workbench(request, opened, latest)


@page("workbench")
def run(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """One run of a session, with the settings it ran with."""
    membership = enter_team_of(request, Session, public_id=public_id)
    comparison = access_comparison(membership, public_id, number)
    return _render_workbench(request, comparison.session, comparison)


@page("workbench")
def history(request: HttpRequest) -> HttpResponse:
    """The sessions list: alone for htmx, else the whole page around it."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _render_workbench(request)
    template = "compare/sessions_page.html" if "before" in request.GET else "compare/sessions.html"
    return render(request, template, _history_context(request, request.GET.get("current", "")))


def _render_workbench(
    request: HttpRequest, opened: Session | None = None, comparison: Comparison | None = None
) -> HttpResponse:
    state = comparison_state(comparison) if comparison else None
    lanes, profiles = lane_forms(state), offered(registered())
    context: dict[str, Any] = {
        "session": opened,
        "comparison": comparison,
        "runs": _runs(request, opened) if opened else [],
        "state": state,
        "draft": draft_for_page(Place(request.membership, opened), comparison),  # type: ignore[attr-defined]
        **composed(state["messages"] if state else []),
        "lanes": lanes,
        "gone": {lane.profile for lane in lanes} - profiles.keys(),
        "blank_lane": blank_lane(),
        "lane_letters": LANE_LETTERS,
        "profiles": profiles.values(),
        "examples": EXAMPLES,
        "main_figures": MAIN_FIGURES,
        "more_figures": MORE_FIGURES,
        **_history_context(request, str(opened.public_id) if opened else ""),
    }
    if request.htmx and request.GET.get("part") == "heading":  # type: ignore[attr-defined]
        return render(request, "compare/heading.html", context)
    return render(request, "compare/workbench.html", context)


def _runs(request: HttpRequest, opened: Session) -> list[int]:
    membership = request.membership  # type: ignore[attr-defined]
    visible = opened.comparisons.visible_to(membership).order_by("number")
    return list(visible.values_list("number", flat=True))


def _history_context(request: HttpRequest, current: str) -> dict[str, Any]:
    search = request.GET.get("q", "").strip()[:200]
    page = sessions_of(request.membership, before=request.GET.get("before"), search=search)  # type: ignore[attr-defined]
    return {"history": page, "current": current, "search": search}
