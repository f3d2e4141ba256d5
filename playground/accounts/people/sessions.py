"""Where a person is signed in: kept up to date, and ended when a secret of theirs changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from playground.accounts.models import User

STALE = timedelta(minutes=5)
SECRET_CHANGED = (
    account_signals.password_changed,
    account_signals.password_set,
    account_signals.password_reset,
    mfa_signals.authenticator_added,
    mfa_signals.authenticator_removed,
    mfa_signals.authenticator_reset,
)


class SessionMiddleware:
    """Notes that a session is in use: a look at each page, a write every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            note_use(request)
        return self.get_response(request)


def note_use(request: HttpRequest) -> None:
    """Store when and from where the request's session was used last."""
    known = UserSession.objects.filter(session_key=request.session.session_key)
    seen = known.values_list("last_seen_at", flat=True).first()
    if seen is None or timezone.now() - seen > STALE:
        UserSession.objects.create_from_request(request)


def end_others(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever signed in with the old secret is out: the rows go, and open sockets with them."""
    end_other_sessions(request, user)


def end_others_on_new_secrets() -> None:
    """Listen to every change of a password or a second factor."""
    for signal in SECRET_CHANGED:
        signal.connect(end_others, dispatch_uid="end_others")


def end_all(user: User) -> None:
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()
