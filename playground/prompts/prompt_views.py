"""The pages of prompts: the list, one prompt, its form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team_of, require
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.prompts.access import access_prompt, may_edit_library
from playground.prompts.actions import (
    EditedMeanwhile,
    check_prompt_change,
    do_archive,
    do_delete_prompt,
    do_edit_prompt,
    do_make_prompt,
    newest_version,
)
from playground.prompts.diffs import turn_diffs
from playground.prompts.forms import PromptForm
from playground.prompts.lists import Asked, list_prompts
from playground.prompts.models import Prompt


@page("library")
def library(request: HttpRequest) -> HttpResponse:
    """The team's prompts: the page, the list alone as the search is typed, or its next rows."""
    membership = request.membership  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    context = {
        "listed": list_prompts(membership, asked),
        "may_edit": may_edit_library(membership),
        "tab": "prompts",
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "prompts/library.html", context)
    part = "prompts/prompt_rows.html" if asked.before else "prompts/prompt_list.html"
    return render(request, part, context)


@page("library")
def prompt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A prompt as it is now."""
    found = _access(request, public_id)
    context = prompt_context(request, found, "prompt")
    return render(request, "prompts/prompt.html", {**context, "version": newest_version(found)})


@page("library", "GET", "POST")
def new_prompt(request: HttpRequest) -> HttpResponse:
    """Write a prompt; from the workbench's dialog, save the one that stands there."""
    membership = request.membership  # type: ignore[attr-defined]
    require(membership, Permission.EDIT_LIBRARY)
    form = PromptForm(request.POST or None)
    saving = request.method == "POST" and form.is_valid()
    made = do_make_prompt(membership, form.content()) if saving else None
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "prompts/save_prompt.html", {"form": form, "made": made})
    if made:
        messages.success(request, "The prompt is in the library.")
        return redirect(made)
    return render(request, "prompts/prompt_form.html", {"form": form}, status=_status(form))


@page("library", "GET", "POST")
def edit_prompt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Edit a prompt. What is typed stays in the form, also where someone else saved meanwhile."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    found = check_prompt_change(membership, public_id)
    if request.method != "POST":
        form = PromptForm(initial=_initial(found))
        return _render_form(request, found, form)
    form = PromptForm(request.POST)
    if not form.is_valid():
        return _render_form(request, found, form)
    try:
        do_edit_prompt(membership, found, form.content(), form.seen_at)
    except EditedMeanwhile as meanwhile:
        return _render_conflict(request, found, form, meanwhile)
    messages.success(request, "Saved.")
    return redirect(found)


@page("library", "POST")
def archive_prompt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a prompt away, or back: field `archived` is 1 or 0."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    found = check_prompt_change(membership, public_id)
    away = request.POST.get("archived") == "1"
    do_archive(found, away)
    where = "in the archive" if away else "back in the library"
    messages.success(request, f"“{found.name}” is {where}.")
    return redirect(found)


@page("library", "POST")
def delete_prompt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a prompt with its versions."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    found = check_prompt_change(membership, public_id)
    do_delete_prompt(found)
    messages.success(request, f"“{found.name}” is deleted.")
    return redirect("library")


def prompt_context(request: HttpRequest, found: Prompt, tab: str) -> dict[str, Any]:
    """What every page of one prompt shows around its own part."""
    membership = request.membership  # type: ignore[attr-defined]
    return {"prompt": found, "may_edit": may_edit_library(membership), "tab": tab}


def _access(request: HttpRequest, public_id: UUID) -> Prompt:
    return access_prompt(enter_team_of(request, Prompt, public_id=public_id), public_id)


def _initial(found: Prompt) -> dict[str, Any]:
    newest = newest_version(found)
    return {
        "name": found.name,
        "description": found.description,
        "tags": found.tags,
        "messages": newest.messages,
        "variables": newest.variables,
        "seen": found.updated_at.isoformat(),
    }


def _render_form(
    request: HttpRequest, found: Prompt, form: PromptForm, **context: Any
) -> HttpResponse:
    shown = {**prompt_context(request, found, "edit"), "form": form, **context}
    status = context.get("status", _status(form))
    return render(request, "prompts/prompt_form.html", shown, status=status)


def _render_conflict(
    request: HttpRequest, found: Prompt, form: PromptForm, meanwhile: EditedMeanwhile
) -> HttpResponse:
    """Show what they saved beside what was typed; saving once more goes on top of theirs."""
    found.refresh_from_db(fields=["name", "description", "tags", "updated_at", "versions_made"])
    diffs = turn_diffs(meanwhile.newest.messages, form.cleaned_data["messages"])
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = found.updated_at.isoformat()  # type: ignore[index]
    return _render_form(request, found, form, theirs=meanwhile.newest, diffs=diffs, status=409)


def _status(form: PromptForm) -> int:
    return 422 if form.is_bound and form.errors else 200
