"""Puts the membership under which a signed-in person acts on each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from playground.accounts.access import current_membership, membership_in
from playground.accounts.models import Membership, User

TEAM_HEADER = "X-Team"
TEAM_FIELD = "team"


class TeamMiddleware:
    """Sets `request.membership` and `request.team`, looked up on first use.

    The page says which team it acts for, by header (htmx) or field (forms): someone who switches
    teams in one tab must not have the other tab's work stored elsewhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            membership = SimpleLazyObject(lambda: _membership(request, user))
            request.membership = membership  # type: ignore[attr-defined]
            request.team = SimpleLazyObject(lambda: membership.team)  # type: ignore[attr-defined]
        return self.get_response(request)


def _membership(request: HttpRequest, user: User) -> Membership:
    named = request.headers.get(TEAM_HEADER) or request.POST.get(TEAM_FIELD)
    return membership_in(user, named) if named else current_membership(user)
