"""Where the library was used: the runs of a prompt, by version, and of a preset."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from playground.accounts.access import enter_team_of
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.compare.models import Comparison, Lane
from playground.compare.titles import give_seen_title, seen_titles
from playground.prompts.access import access_preset, access_prompt
from playground.prompts.models import Preset, Prompt
from playground.prompts.preset_views import preset_context
from playground.prompts.prompt_views import prompt_context

PAGE = 30
LARGEST = 2**63 - 1


def runs_with_prompt(membership: Membership, prompt: Prompt) -> QuerySet[Comparison]:
    """The runs that the person may see and that were filled from a version of this prompt."""
    return Comparison.objects.visible_to(membership).filter(prompt_version__prompt=prompt)


def runs_with_preset(membership: Membership, preset: Preset) -> QuerySet[Comparison]:
    """The runs that the person may see and that have a lane with this preset's settings."""
    lanes = Lane.objects.filter(preset=preset).values("comparison")
    return Comparison.objects.visible_to(membership).filter(pk__in=lanes)


@page("library")
def prompt_runs(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where a prompt was used, newest first."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    prompt = access_prompt(membership, public_id)
    context = prompt_context(request, prompt, "runs")
    return _render(request, "prompt", context, runs_with_prompt(membership, prompt))


@page("library")
def preset_runs(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where a preset was used, newest first."""
    membership = enter_team_of(request, Preset, public_id=public_id)
    preset = access_preset(membership, public_id)
    context = preset_context(membership, preset, "runs")
    return _render(request, "preset", context, runs_with_preset(membership, preset))


def _render(
    request: HttpRequest, kind: str, context: dict[str, Any], found: QuerySet[Comparison]
) -> HttpResponse:
    membership = request.membership  # type: ignore[attr-defined]
    titles = seen_titles(Comparison.objects.visible_to(membership), "session_id")
    rows = _page(found.annotate(**titles), request.GET.get("before", ""))
    for run in rows:
        give_seen_title(run, run.session)
    shown = {**context, "runs": rows[:PAGE], "more": rows[PAGE - 1].pk if rows[PAGE:] else None}
    part = "rows" if request.htmx else f"of_{kind}"  # type: ignore[attr-defined]
    return render(request, f"compare/library_runs_{part}.html", shown)


def _page(found: QuerySet[Comparison], before: str) -> list[Comparison]:
    """One row more than a page, without what is bulky."""
    below = int(before) if before.isdecimal() and before.isascii() and len(before) < 19 else LARGEST
    return list(
        found.filter(pk__lt=below)
        .select_related("session", "author", "prompt_version")
        .defer("messages", "words", "code_words", "prompt_version__messages")
        .order_by("-pk")[: PAGE + 1]
    )
