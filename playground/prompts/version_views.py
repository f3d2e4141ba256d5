"""The pages of a prompt's versions: all of them, one, two side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team_of
from playground.accounts.pages import page
from playground.prompts.access import access_prompt, access_prompt_version
from playground.prompts.actions import check_prompt_change, do_restore_version
from playground.prompts.diffs import turn_diffs, value_diffs
from playground.prompts.models import Prompt
from playground.prompts.prompt_views import prompt_context

PAGE = 50
LARGEST = 2**31 - 1


@page("library")
def prompt_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All versions, newest first: who made them, when, and why."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    prompt = access_prompt(membership, public_id)
    below = version_number(request.GET.get("before", str(LARGEST)))
    rows = prompt.versions.filter(number__lt=below).select_related("author")
    versions = list(rows.order_by("-number").defer("messages", "variables")[: PAGE + 1])
    context = {
        **prompt_context(request, prompt, "versions"),
        "versions": versions[:PAGE],
        "before": versions[PAGE - 1].number if len(versions) > PAGE else None,
    }
    part = "prompts/version_rows.html" if request.htmx else "prompts/versions.html"  # type: ignore[attr-defined]
    return render(request, part, context)


@page("library")
def prompt_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """A prompt as it was."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    version = access_prompt_version(membership, public_id, _fitting(number))
    context = prompt_context(request, version.prompt, "versions")
    return render(request, "prompts/prompt.html", {**context, "version": version})


@page("library")
def prompt_diff(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What changed from the version `from` to the version `to`."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    before, after = (
        access_prompt_version(membership, public_id, version_number(request.GET.get(name, "")))
        for name in ("from", "to")
    )
    context = {
        **prompt_context(request, after.prompt, "versions"),
        "before": before,
        "after": after,
        "diffs": turn_diffs(before.messages, after.messages),
        "values": value_diffs(before.variables, after.variables),
    }
    return render(request, "prompts/diff.html", context)


@page("library", "POST")
def restore_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Make an old version the newest one."""
    membership = enter_team_of(request, Prompt, public_id=public_id)
    prompt = check_prompt_change(membership, public_id)
    version = access_prompt_version(membership, public_id, _fitting(number))
    made = do_restore_version(membership, version)
    messages.success(request, f"Version {made.number} says what version {number} said.")
    return redirect(prompt)


def version_number(text: str) -> int:
    """A version's number from an address. Raises Http404."""
    try:
        return _fitting(int(text[:20]))
    except ValueError:
        raise Http404("There is no such version.") from None


def _fitting(number: int) -> int:
    """Within what a column holds. Raises Http404."""
    if not 0 <= number <= LARGEST:
        raise Http404("There is no such version.")
    return number
