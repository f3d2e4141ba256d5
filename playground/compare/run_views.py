"""The history's pages: the list of runs, and two of them side by side."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from playground.accounts.access import enter_team_of
from playground.accounts.pages import page
from playground.compare.beside import beside_of, check_reference
from playground.compare.history.choices import choices_of
from playground.compare.history.filters import FilterForm, Filters
from playground.compare.history.highlights import Find, finds_in
from playground.compare.history.rows import rows_of
from playground.compare.history.runs import (
    MAX_PINNED,
    RunPage,
    TooSlow,
    limited,
    pinned_of,
    runs_of,
)
from playground.compare.models import Session
from playground.compare.requests import BadInput
from playground.compare.samples import samples_of


@page("history")
def runs(request: HttpRequest) -> HttpResponse:
    """Every run that the person may see: the page, its list alone, or the list's next part."""
    form = FilterForm(request.GET)
    form.is_valid()
    context = {"form": form, **_found(request, form.filters)}
    if not request.htmx:  # type: ignore[attr-defined]
        choices = choices_of(request.membership)  # type: ignore[attr-defined]
        return render(request, "compare/runs.html", {**context, "choices": choices})
    more = "before" in request.GET
    return render(request, f"compare/runs_{'page' if more else 'results'}.html", context)


def _found(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    membership = request.membership  # type: ignore[attr-defined]
    before = request.GET.get("before")
    try:
        found = runs_of(membership, filters, before)
        pinned = [] if before or filters.pinned else pinned_of(membership, filters)
    except TooSlow as error:
        return {"rows": [], "too_slow": str(error), "filters": filters}
    exact = found.exact
    finds = _finds([*pinned, *found.ids], filters.words, exact=exact)
    rows = {row.run.pk: row for row in rows_of(membership, {*found.ids, *pinned}, finds)}
    listed = [rows[id] for id in found.ids if id in rows]
    return {
        "rows": [row for row in listed if filters.pinned or not row.is_pinned],
        "pinned": [rows[id] for id in pinned if id in rows],
        "all_pinned": len(pinned) == MAX_PINNED,
        "more": _more(request, found),
        "exact": exact,
        "filters": filters,
    }


def _finds(ids: Sequence[int], words: str, *, exact: bool) -> Mapping[int, Sequence[Find]]:
    """Where in these runs the words are; nothing is marked where that takes too long."""
    if not words:
        return {}
    try:
        with limited():
            return finds_in(ids, words, exact=exact)
    except TooSlow:
        return {}


def _more(request: HttpRequest, found: RunPage) -> str:
    """The address of the next part, "" where there is none."""
    if found.before is None:
        return ""
    query = request.GET.copy()
    query["before"] = found.before
    if found.exact:
        query["exact"] = "on"
    return f"{reverse('runs')}?{query.urlencode()}"


@page("workbench")
def samples(request: HttpRequest, public_id: UUID, number: int, position: int) -> HttpResponse:
    """A lane's samples, as a part of the workbench; without its script, a list by itself."""
    membership = enter_team_of(request, Session, public_id=public_id)
    asked = request.GET.get("case", "1")
    case = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    found = samples_of(membership, public_id, number, position, case)
    return render(request, "compare/samples.html", {"samples": found})


@page("history")
def beside(request: HttpRequest) -> HttpResponse:
    """Two runs, at an address that names both. The list sends them as `run` twice."""
    chosen = request.GET.getlist("run")
    if len(chosen) == 2:
        query = urlencode({"a": chosen[0], "b": chosen[1]}, safe="/")
        return HttpResponseRedirect(f"{reverse('beside')}?{query}")
    try:
        first, second = (check_reference(request.GET.get(name, ""), name) for name in "ab")
    except BadInput as error:
        return render(request, "compare/beside_none.html", {"problem": error.message}, status=400)
    membership = enter_team_of(request, Session, public_id=first[0])
    return render(request, "compare/beside.html", {"beside": beside_of(membership, first, second)})
