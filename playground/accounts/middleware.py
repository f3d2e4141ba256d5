"""Puts the current team on each signed-in request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from playground.accounts.access import current_membership


class TeamMiddleware:
    """Sets `request.team`, looked up on first use, so that static files and probes cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            request.team = SimpleLazyObject(lambda: current_membership(user).team)  # type: ignore[attr-defined]
        return self.get_response(request)
