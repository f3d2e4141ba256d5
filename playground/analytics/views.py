"""The usage pages: read the question, build the page, show it or hand out one of its tables."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from playground.accounts.models import User
from playground.accounts.pages import page
from playground.analytics import names
from playground.analytics.access import scope_for
from playground.analytics.charts import Page
from playground.analytics.filters import CUSTOM, NARROWING, RANGES, SOURCES, Asked, FilterForm
from playground.analytics.live import now_of
from playground.analytics.pages.menu import OVERVIEW, PAGES, pages_of
from playground.analytics.scopes import Scope
from playground.analytics.stretches import one_look
from playground.analytics.tables import as_csv, as_json

KINDS = {"csv": (as_csv, "text/csv; charset=utf-8"), "json": (as_json, "application/json")}


@page("usage")
def show(request: HttpRequest, name: str, site: bool = False) -> HttpResponse:
    """One of the pages; a question that makes no sense gets its message, and no figures."""
    scope, form = _question(request, site)
    asked = _asked(request, form, scope, site)
    context = {
        "site": site,
        "form": form,
        "at": name,
        "title": pages_of(site)[name],
        "tabs": list(_tabs(asked, site)),
        "ranges": RANGES,
        "custom": CUSTOM,
        "sources": SOURCES,
        "clear": _path(name, site),
        "zone": "",
    }
    if asked is None:
        return render(request, "analytics/page.html", context, status=400)
    with one_look():
        built = PAGES[name][1](asked)
    context |= {"page": built, "asked": asked, "chips": list(_chips(asked))}
    context |= _offered(asked, name, site)
    if built.live:
        context["now"] = now_of(scope.team)
    return render(request, "analytics/page.html", context)


@page("usage")
def export(
    request: HttpRequest, name: str, table: str, kind: str, site: bool = False
) -> HttpResponse:
    """A table of a page as a file, with all its rows."""
    scope, form = _question(request, site)
    if name not in pages_of(site) or kind not in KINDS:
        raise Http404("There is no such table.")
    asked = _asked(request, form, scope, site)
    if asked is None:
        words = [str(word) for errors in form.errors.values() for word in errors]
        return HttpResponse("\n".join(words), status=400, content_type="text/plain; charset=utf-8")
    with one_look():
        built: Page = PAGES[name][1](replace(asked, whole=True))
    found = built.table(table)
    if found is None:
        raise Http404("There is no such table in this range.")
    write, content_type = KINDS[kind]
    answer = HttpResponse(write(found), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="usage-{table}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _question(request: HttpRequest, site: bool) -> tuple[Scope, FilterForm]:
    """What they may look at, and what they ask. Raises Forbidden."""
    assert isinstance(request.user, User)  # behind login_required
    membership = request.membership  # type: ignore[attr-defined]
    scope = scope_for(request.user, membership, site)
    return scope, FilterForm(request.GET.dict(), site, request.COOKIES.get("zone", ""))


def _asked(request: HttpRequest, form: FilterForm, scope: Scope, site: bool) -> Asked | None:
    """The question within that scope; None where it makes no sense, and the form says why."""
    if not form.is_valid():
        return None
    asked = form.asked
    narrowed = replace(scope, **asked.narrowed)
    for name in asked.narrowed:
        if not names.is_known(name, narrowed):
            form.add_error(name, f"There is no such {str(form.fields[name].label).lower()} here.")
    if form.errors:
        return None
    assert request.user.pk is not None
    return replace(
        asked, scope=narrowed, viewer=request.user.pk, viewer_of_site=site,
        home=_path(OVERVIEW, site),
    )  # fmt: skip


def _path(name: str, site: bool) -> str:
    prefix = "site_usage" if site else "usage"
    return reverse(prefix if name == OVERVIEW else f"{prefix}_{name}")


def _tabs(asked: Asked | None, site: bool) -> Iterator[tuple[str, str, str]]:
    """Slug, name and address, the question kept where there is one."""
    for slug, name in pages_of(site).items():
        path = _path(slug, site)
        yield slug, name, asked.address(path, metric=None, setting=None) if asked else path


def _chips(asked: Asked) -> Iterator[tuple[str, str, str]]:
    """What the figures are narrowed by: label, name, and the address without it."""
    for name in NARROWING:
        if name in asked.narrowed:
            value = asked.narrowed[name]
            label = FilterForm.base_fields[name].label
            yield str(label), names.NAMES[name]([value])[value], asked.address("", **{name: None})


def _offered(asked: Asked, name: str, site: bool) -> dict[str, Any]:
    """What the page's form and links offer besides."""
    export_name = "export_site_usage" if site else "export_usage"
    return {
        "export": reverse(export_name, args=[name, "TABLE", "KIND"]),
        "query": asked.address("")[1:],
        "zone": asked.period.zone.key,
        "profiles": names.offered_profiles(asked.scope.profile),
        "people": names.members(asked.scope.team) if asked.scope.team is not None else [],
    }
