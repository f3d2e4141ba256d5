"""What the workbench asks the library for: lists to pick from, and the thing that was picked.

Picked for the team that the page acts for: a run may refer to that team's library only.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from playground.accounts.pages import page
from playground.prompts.access import access_preset, access_prompt, access_prompt_version
from playground.prompts.actions import newest_version
from playground.prompts.controls import setting_words
from playground.prompts.lists import Asked, list_presets, list_prompts
from playground.prompts.version_views import version_number


@page("library")
def pick_prompts(request: HttpRequest) -> HttpResponse:
    """The rows of the picker, as the search is typed."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("library")
    membership = request.membership  # type: ignore[attr-defined]
    listed = list_prompts(membership, Asked.of(request.GET))
    return render(request, "prompts/pick_prompts.html", {"listed": listed})


@page("library")
def pick_presets(request: HttpRequest) -> HttpResponse:
    """The items of a lane's menu of presets, as the search is typed."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("presets")
    membership = request.membership  # type: ignore[attr-defined]
    listed = list_presets(membership, Asked.of(request.GET))
    rows = [(preset, setting_words(preset.settings)[:4]) for preset in listed.page.rows]
    return render(request, "prompts/pick_presets.html", {"listed": listed, "rows": rows})


@page("library")
def use_prompt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A prompt as the composer takes it: its newest version, or the one asked for."""
    membership = request.membership  # type: ignore[attr-defined]
    prompt = access_prompt(membership, public_id)
    wanted = request.GET.get("version")
    version = (
        access_prompt_version(membership, public_id, version_number(wanted))
        if wanted
        else newest_version(prompt)
    )
    return JsonResponse(
        {
            "id": str(prompt.public_id),
            "version": version.number,
            "name": prompt.name,
            "url": prompt.get_absolute_url(),
            "messages": version.messages,
            "variables": version.variables,
        }
    )


@page("library")
def use_preset(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A preset as a lane takes it."""
    membership = request.membership  # type: ignore[attr-defined]
    preset = access_preset(membership, public_id)
    return JsonResponse(
        {
            "id": str(preset.public_id),
            "name": preset.name,
            "profile": preset.profile,
            "settings": preset.settings,
        }
    )
