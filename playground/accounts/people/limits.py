"""How often a person may change their account. What comes before the sign-in, allauth counts."""

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SECONDS = 60
LIMITED = {
    "mfa_activate_totp": "change_two_factor",
    "mfa_deactivate_totp": "change_two_factor",
    "mfa_generate_recovery_codes": "change_two_factor",
    "mfa_add_webauthn": "change_two_factor",
    "mfa_edit_webauthn": "change_two_factor",
    "mfa_remove_webauthn": "change_two_factor",
    "usersessions_list": "end_sessions",
    "end_session": "end_sessions",
    "socialaccount_connections": "change_account",
    "account": "change_account",
    "export_account": "export_data",
    "delete_account": "delete_account",
}


class LimitMiddleware:
    """Counts what is sent to these pages, by person; rates are in ACCOUNT_RATE_LIMITS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """An answer of 429 where it is too often."""
        match = request.resolver_match
        action = LIMITED.get(match.url_name or "") if match else None
        if action is None or request.method != "POST" or not request.user.is_authenticated:
            return None
        answer: HttpResponse | None = ratelimit.consume_or_429(
            request, action=action, user=request.user
        )
        return answer


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for 429. Every limit that ends here counts by the minute."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(SECONDS)
    return answer
