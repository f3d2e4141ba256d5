"""A person's teams, and what a team is called and becomes."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team, membership_in, require
from playground.accounts.audit import origin_of
from playground.accounts.models import Membership, Role
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.accounts.teams import lifecycle
from playground.accounts.teams.forms import NameForm, SettingsForm, TeamForm
from playground.accounts.teams.invitations import waiting_for
from playground.accounts.teams.requests import person_of, say, without_team


@page("team")
def teams(request: HttpRequest) -> HttpResponse:
    """All teams of a person, those they may join, and those they may still bring back."""
    user = person_of(request)
    mine = Membership.objects.filter(user=user, team__deleted_at=None).select_related("team")
    context = {
        "memberships": mine.order_by("team__name", "id"),
        "invitations": waiting_for(user),
        "deleted": lifecycle.restorable_by(user).annotate(
            ends_at=F("deleted_at") + lifecycle.GRACE
        ),
        "frame": _frame(request),
    }
    return render(request, "teams/teams.html", context)


def _frame(request: HttpRequest) -> str:
    """Who belongs to no team must still get here, to begin one or to bring one back."""
    return "teams/frame_alone.html" if without_team(person_of(request)) else "teams/frame.html"


@page("team", "GET", "POST")
def new_team(request: HttpRequest) -> HttpResponse:
    """Begin a team."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = lifecycle.do_create(
                person_of(request), origin_of(request), form.cleaned_data["name"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"You are in {made.name} now. Invite your teammates.")
            return redirect("team_invitations", made.public_id)
    return render(request, "teams/new.html", {"form": form, "frame": _frame(request)})


@page("team", "POST")
def switch_team(request: HttpRequest) -> HttpResponse:
    """Let new pages open in another of the person's teams."""
    form = TeamForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such team among yours.")
    lifecycle.do_switch(membership_in(person_of(request), form.cleaned_data["to"]))
    return redirect("workbench")


@page("team", "GET", "POST")
def settings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The team's name and habits; handing it over, leaving and deleting it."""
    membership = enter_team(request, public_id)
    if request.method != "POST":
        return _show_settings(request, membership, SettingsForm.of(membership.team))
    require(membership, Permission.CHANGE_TEAM)
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _show_settings(request, membership, form)
    lifecycle.do_change(membership, origin_of(request), **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("team_settings", public_id)


def _show_settings(
    request: HttpRequest, membership: Membership, form: SettingsForm
) -> HttpResponse:
    others = Membership.objects.filter(team_id=membership.team_id).exclude(pk=membership.pk)
    context = {
        "tab": "settings",
        "form": form,
        "others": others.select_related("user").order_by("id"),
        "is_owner": membership.role == Role.OWNER,
        "grace_days": lifecycle.GRACE.days,
    }
    return render(request, "teams/settings.html", context)


@page("team", "POST")
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete the team, for whoever types its name."""
    membership = enter_team(request, public_id)
    try:
        gone = lifecycle.do_delete(membership, origin_of(request), request.POST.get("name", ""))
    except ValidationError as error:
        say(request, error)
        return redirect("team_settings", public_id)
    messages.success(
        request, f"{gone.name} is deleted. You can bring it back for {lifecycle.GRACE.days} days."
    )
    return redirect("teams")


@page("team", "POST")
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Bring a deleted team back."""
    team = lifecycle.do_restore(person_of(request), origin_of(request), public_id)
    messages.success(request, f"{team.name} is back, with everyone who was in it.")
    return redirect("teams")
