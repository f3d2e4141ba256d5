"""A person's account: who they are, where they are signed in, their data, its end."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from allauth.socialaccount.providers.openid_connect.views import login as allauth_login
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from playground.accounts.audit import origin_of
from playground.accounts.models import Membership, User
from playground.accounts.pages import page
from playground.accounts.people.deletion import (
    StillOwns,
    do_delete_account,
    teams_in_the_way,
    teams_that_go,
)
from playground.accounts.people.export import document
from playground.accounts.people.forms import DeletionForm, ProfileForm
from playground.accounts.streaming import download


@page("account", "GET", "HEAD", "POST")
def profile(request: HttpRequest) -> HttpResponse:
    """The name that teammates see."""
    person = _person(request)
    form = ProfileForm(request.POST or None, initial={"full_name": person.get_full_name()})
    if request.method == "POST" and form.is_valid():
        rename(person, form.cleaned_data["full_name"])
        messages.success(request, "Your name is saved.")
        return redirect("account")
    return render(request, "people/profile.html", {"form": form})


@page("account", "POST")
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one browser."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, "That browser is signed out.")
    return redirect("usersessions_list")


@page("account")
def data(request: HttpRequest) -> HttpResponse:
    """The way to a copy of everything, and to the end."""
    return render(request, "people/data.html")


@page("account", "POST")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that is stored of the person, as a file."""
    name = f"inference-playground-{timezone.now():%Y-%m-%d}.json"
    return download(document(_person(request)), name, "application/json")


@page("account", "GET", "HEAD", "POST")
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def delete(request: HttpRequest) -> HttpResponse:
    """What goes with the account, and its deletion."""
    person = _person(request)
    form = DeletionForm(person, *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        try:
            do_delete_account(person, origin_of(request))
        except StillOwns as still:
            form.add_error(None, f"Hand over or delete these first: {still}.")
        else:
            logout(request, show_message=False)
            messages.success(request, "Your account is deleted.")
            return redirect("account_login")
    return render(request, "people/delete.html", {"form": form, **_consequences(person)})


def rename(person: User, full_name: str) -> None:
    """Store a full name, in the first of the two fields that Django has for it."""
    person.first_name, person.last_name = full_name, ""
    person.save(update_fields=["first_name", "last_name"])


def _consequences(person: User) -> dict[str, Any]:
    going, kept = teams_that_go(person), teams_in_the_way(person)
    others = Membership.objects.filter(user=person, team__deleted_at=None).exclude(
        team__in=[*going, *kept]
    )
    return {
        "going": going,
        "in_the_way": kept,
        "left": [membership.team for membership in others.select_related("team")],
    }


@sensitive_post_parameters()
def leave_for_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the sign-in of the provider, by a page that sends the browser on.

    A redirect would be part of the form's submission, which may go nowhere but here (form-action).
    """
    answer: HttpResponseBase = allauth_login(request, provider_id)
    target = answer.headers.get("Location", "")
    if answer.status_code != 302 or not urlsplit(target).netloc:
        return answer
    return render(request, "people/leaving.html", {"target": target})


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
