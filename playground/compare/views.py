"""The workbench and its history. Views load through `access` and `history`, and render."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from inference.profiles import profiles
from playground.compare.access import access_comparison, access_session
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES
from playground.compare.forms import lane_forms
from playground.compare.history import comparison_state, sessions_of
from playground.compare.models import Comparison, Session

EXAMPLES = (
    "Write a short story about a fox who lost a lantern.",
    "What is KV caching?",
    "What is 17 + 25?",
    "Explain the difference between prefill and decode.",
)


@login_required
@require_safe
@vary_on_headers("HX-Request")
def workbench(request: HttpRequest) -> HttpResponse:
    """An empty workbench: running it starts a new session."""
    return _render_workbench(request)


@login_required
@require_safe
@vary_on_headers("HX-Request")
def session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A session, opened at its latest run."""
    opened = access_session(request.team, public_id)  # type: ignore[attr-defined]
    return _render_workbench(request, opened, opened.comparisons.order_by("-number").first())


@login_required
@require_safe
@vary_on_headers("HX-Request")
def run(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """One run of a session, with the settings it ran with."""
    comparison = access_comparison(request.team, public_id, number)  # type: ignore[attr-defined]
    return _render_workbench(request, comparison.session, comparison)


@login_required
@require_safe
@vary_on_headers("HX-Request")
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
    context: dict[str, Any] = {
        "session": opened,
        "comparison": comparison,
        "runs": opened.comparisons.order_by("number").values_list("number", flat=True)
        if opened
        else [],
        "state": state,
        "system": _message(state, "system"),
        "prompt": _message(state, "user"),
        "lanes": lane_forms(state),
        "profiles": profiles().values(),
        "examples": EXAMPLES,
        "main_figures": MAIN_FIGURES,
        "more_figures": MORE_FIGURES,
        **_history_context(request, str(opened.public_id) if opened else ""),
    }
    if request.htmx and request.GET.get("part") == "heading":  # type: ignore[attr-defined]
        return render(request, "compare/heading.html", context)
    return render(request, "compare/workbench.html", context)


def _history_context(request: HttpRequest, current: str) -> dict[str, Any]:
    search = request.GET.get("q", "").strip()[:200]
    page = sessions_of(request.team, before=request.GET.get("before"), search=search)  # type: ignore[attr-defined]
    return {"history": page, "current": current, "search": search}


def _message(state: dict[str, Any] | None, role: str) -> str:
    messages = state["messages"] if state else []
    return next((item["content"] for item in messages if item["role"] == role), "")
