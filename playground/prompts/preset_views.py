"""The pages of presets: the list, one preset, its form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from inference.dispatch import registered
from inference.profiles import offered, profiles
from playground.accounts.access import enter_team_of, require
from playground.accounts.models import Membership
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.prompts.access import access_preset, may_edit_library
from playground.prompts.controls import ControlsForm, lane_controls, setting_words
from playground.prompts.forms import PresetForm
from playground.prompts.lists import Asked, list_presets
from playground.prompts.models import Preset
from playground.prompts.presets import (
    PresetEditedMeanwhile,
    check_preset_change,
    do_delete_preset,
    do_edit_preset,
    do_make_preset,
)


@page("library")
def presets(request: HttpRequest) -> HttpResponse:
    """The presets that this person may use."""
    membership = request.membership  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    context = {
        "listed": list_presets(membership, asked),
        "may_edit": may_edit_library(membership),
        "tab": "presets",
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "prompts/presets.html", context)
    part = "prompts/preset_rows.html" if asked.before else "prompts/preset_list.html"
    return render(request, part, context)


@page("library")
def preset(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A preset: its settings, and what they change from the defaults."""
    membership = enter_team_of(request, Preset, public_id=public_id)
    found = access_preset(membership, public_id)
    return render(request, "prompts/preset.html", preset_context(membership, found, "preset"))


@page("library", "GET", "POST")
def new_preset(request: HttpRequest) -> HttpResponse:
    """Make a preset; from the workbench's dialog, of the settings that stand in a lane."""
    membership = request.membership  # type: ignore[attr-defined]
    require(membership, Permission.EDIT_LIBRARY)
    form = PresetForm(request.POST or None)
    saving = request.method == "POST" and form.is_valid()
    made = do_make_preset(membership, form.content()) if saving else None
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "prompts/save_preset.html", {"form": form, "made": made})
    if made:
        messages.success(request, "The preset is in the library.")
        return redirect(made)
    return _render_form(request, form)


@page("library", "GET", "POST")
def edit_preset(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Edit a preset. What is typed stays in the form, also where someone else saved meanwhile."""
    membership = enter_team_of(request, Preset, public_id=public_id)
    found = check_preset_change(membership, public_id)
    if request.method != "POST":
        return _render_form(request, PresetForm(initial=_initial(found)), preset=found)
    form = PresetForm(request.POST)
    if not form.is_valid():
        return _render_form(request, form, preset=found)
    try:
        do_edit_preset(membership, found, form.content(), form.seen_at)
    except PresetEditedMeanwhile as meanwhile:
        return _render_conflict(request, form, meanwhile.now)
    messages.success(request, "Saved.")
    return redirect(found)


@page("library", "POST")
def delete_preset(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a preset."""
    membership = enter_team_of(request, Preset, public_id=public_id)
    found = check_preset_change(membership, public_id)
    do_delete_preset(found)
    messages.success(request, f"“{found.name}” is deleted.")
    return redirect("presets")


def preset_context(membership: Membership, found: Preset, tab: str) -> dict[str, Any]:
    """What every page of one preset shows around its own part."""
    known = profiles().get(found.profile)
    return {
        "preset": found,
        "profile_title": known.title if known else found.profile,
        "words": setting_words(found.settings),
        "may_edit": may_edit_library(membership),
        "tab": tab,
    }


def _initial(found: Preset) -> dict[str, Any]:
    return {
        "name": found.name,
        "description": found.description,
        "tags": found.tags,
        "shared": found.shared,
        "profile": found.profile,
        "settings": found.settings,
        "seen": found.updated_at.isoformat(),
    }


def _render_form(request: HttpRequest, form: PresetForm, **context: Any) -> HttpResponse:
    lane = ControlsForm(0, form.profile_to_show, lane_controls(0, form.settings_to_show))
    status = context.get("status", 422 if form.is_bound and form.errors else 200)
    shown = {"form": form, "lane": lane, "profiles": offered(registered()).values(), **context}
    return render(request, "prompts/preset_form.html", shown, status=status)


def _render_conflict(request: HttpRequest, form: PresetForm, now: Preset) -> HttpResponse:
    """Show what they saved above what was typed; saving once more replaces theirs."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = now.updated_at.isoformat()  # type: ignore[index]
    words = setting_words(now.settings)
    return _render_form(request, form, preset=now, theirs=now, their_words=words, status=409)
