"""Who is in the team."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.access import enter_team, require
from playground.accounts.audit import origin_of
from playground.accounts.models import Role
from playground.accounts.pages import page
from playground.accounts.roles import ALLOWED, Permission
from playground.accounts.teams import members
from playground.accounts.teams.forms import MemberForm, RoleForm
from playground.accounts.teams.requests import as_a, say


@page("team")
def team(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everyone in the team, and what their roles may do."""
    membership = enter_team(request, public_id)
    require(membership, Permission.SEE_MEMBERS)
    owner = membership.role == Role.OWNER
    context = {
        "tab": "members",
        "members": members.members_of(membership),
        "roles": [role for role in Role if owner or role != Role.OWNER],
        "is_owner": owner,
        "table": [(item, [role in ALLOWED[item] for role in Role]) for item in Permission],
        "all_roles": list(Role),
    }
    return render(request, "teams/members.html", context)


@page("team", "POST")
def role(request: HttpRequest, public_id: UUID, id: int) -> HttpResponse:
    """Give someone another role."""
    membership = enter_team(request, public_id)
    require(membership, Permission.MANAGE_MEMBERS)
    members.access_member(membership, id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such role. Choose one of the list.")
        return redirect("team", public_id)
    try:
        wanted = Role(form.cleaned_data["role"])
        changed = members.do_change_role(membership, origin_of(request), id, wanted)
        messages.success(request, f"{changed.user.shown_name} is {as_a(changed.role)} now.")
    except ValidationError as error:
        say(request, error)
    return redirect("team", public_id)


@page("team", "POST")
def remove(request: HttpRequest, public_id: UUID, id: int) -> HttpResponse:
    """Take someone out of the team."""
    membership = enter_team(request, public_id)
    try:
        gone = members.do_remove(membership, origin_of(request), id)
    except ValidationError as error:
        say(request, error)
        return redirect("team", public_id)
    if gone.user_id == membership.user_id:
        return redirect("teams")
    messages.success(request, f"{gone.user.shown_name} is no longer in this team.")
    return redirect("team", public_id)


@page("team", "POST")
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go."""
    membership = enter_team(request, public_id)
    name = membership.team.name
    try:
        members.do_leave(membership, origin_of(request))
    except ValidationError as error:
        say(request, error)
        return redirect("team_settings", public_id)
    messages.success(request, f"You left {name}.")
    return redirect("teams")


@page("team", "POST")
def transfer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand the team over to a member."""
    membership = enter_team(request, public_id)
    require(membership, Permission.TRANSFER)
    form = MemberForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose who should own the team.")
        return redirect("team_settings", public_id)
    try:
        owner = members.do_transfer(membership, origin_of(request), form.cleaned_data["member"])
        messages.success(request, f"{owner.user.shown_name} owns the team now. You are an admin.")
    except ValidationError as error:
        say(request, error)
    return redirect("team_settings", public_id)
