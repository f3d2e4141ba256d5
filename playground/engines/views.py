"""The engines' page: everyone sees it; who may, starts and stops."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.models import Membership, User
from playground.accounts.pages import page
from playground.engines.access import may_manage
from playground.engines.actions import Refused, check_start, check_stop, do_end, do_start
from playground.engines.rows import board_for


@page("engines")
def show(request: HttpRequest) -> HttpResponse:
    """All profiles, whole or as the list that renews itself."""
    person, membership = _who(request)
    context = {"board": board_for(manages=may_manage(person, membership))}
    part = "list" if request.htmx else "page"  # type: ignore[attr-defined]
    return render(request, f"engines/{part}.html", context)


@page("engines", "POST")
def start(request: HttpRequest, name: str) -> HttpResponse:
    """Have an engine started, or tried again."""

    def ask(person: User, membership: Membership) -> str:
        chosen = check_start(person, membership, name)
        do_start(chosen, person)
        return f"{chosen.title} is being started."

    return _answer(request, ask)


@page("engines", "POST")
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """Have an engine stopped, with what it is at."""

    def ask(person: User, membership: Membership) -> str:
        chosen = check_stop(person, membership, name)
        ended = do_end(chosen, person)
        rest = f" {ended} answer{'s' if ended != 1 else ''} ended with it." if ended else ""
        return f"{chosen.title} is being stopped.{rest}"

    return _answer(request, ask)


def _answer(request: HttpRequest, ask: Callable[[User, Membership], str]) -> HttpResponse:
    """Do it, and show the page again with what came of it."""
    person, membership = _who(request)
    try:
        messages.success(request, ask(person, membership))
    except Refused as refused:
        messages.error(request, str(refused))
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("engines")
    context = {"board": board_for(manages=may_manage(person, membership)), "said": True}
    return render(request, "engines/list.html", context)


def _who(request: HttpRequest) -> tuple[User, Membership]:
    assert isinstance(request.user, User)  # behind login_required
    return request.user, request.membership  # type: ignore[attr-defined]
