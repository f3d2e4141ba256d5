"""Inviting people, and what an invited person sees."""

from urllib.parse import urlencode
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from playground.accounts.access import enter_team, require
from playground.accounts.audit import origin_of
from playground.accounts.models import Invitation, Membership, Role, User
from playground.accounts.pages import page
from playground.accounts.roles import Permission
from playground.accounts.teams import invitations as verbs
from playground.accounts.teams.forms import InvitationForm
from playground.accounts.teams.letters import do_send
from playground.accounts.teams.requests import as_a, person_of, say
from playground.accounts.throttle import TooOften, check_rate

SENDING = RateLimitItemPerHour(60, namespace="invitation.sent")
OPENING = RateLimitItemPerMinute(30, namespace="invitation.opened")


@page("team", "GET", "POST")
def invitations(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who is invited; invite someone. The answer to that shows the link, once."""
    membership = enter_team(request, public_id)
    require(membership, Permission.INVITE)
    if request.method != "POST":
        return _show(request, membership, InvitationForm())
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        check_rate(SENDING, str(membership.user_id))
        made = verbs.do_invite(membership, origin_of(request), email, role)
    except (TooOften, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return _show(request, membership, form)
    return _show(request, membership, InvitationForm(), made)


@page("team", "POST")
def resend(request: HttpRequest, public_id: UUID, id: int) -> HttpResponse:
    """Send an invitation again, under a new link."""
    membership = enter_team(request, public_id)
    require(membership, Permission.INVITE)
    try:
        check_rate(SENDING, str(membership.user_id))
    except TooOften as error:
        messages.error(request, str(error))
        return redirect("team_invitations", public_id)
    made = verbs.do_resend(membership, origin_of(request), id)
    return _show(request, membership, InvitationForm(), made)


@page("team", "POST")
def revoke(request: HttpRequest, public_id: UUID, id: int) -> HttpResponse:
    """Take an invitation back."""
    membership = enter_team(request, public_id)
    gone = verbs.do_revoke(membership, origin_of(request), id)
    messages.success(request, f"The invitation of {gone.email} no longer works.")
    return redirect("team_invitations", public_id)


def _show(
    request: HttpRequest,
    membership: Membership,
    form: InvitationForm,
    made: verbs.Made | None = None,
) -> HttpResponse:
    """The tab. Of an invitation just made: mail it, and show its link this once."""
    link, sent = "", False
    if made:
        link = request.build_absolute_uri(reverse("invitation", args=[made.token]))
        sent = do_send(
            made.invitation, f"{link}?{urlencode({'mailed': verbs.seal_of(made.token)})}"
        )
    context = {
        "tab": "invitations",
        "form": form,
        "pending": verbs.pending_of(membership),
        "made": made,
        "link": link,
        "sent": sent,
    }
    answer = render(request, "teams/invitations.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@page("team", "POST")
def join(request: HttpRequest, id: int) -> HttpResponse:
    """Join by an invitation to one's own confirmed address."""
    try:
        joined = verbs.do_accept_waiting(person_of(request), origin_of(request), id)
    except ValidationError as error:
        say(request, error)
        return redirect("teams")
    return _welcome(request, joined)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation's link opens, signed in or not. Joining takes a press of the button."""
    try:
        check_rate(OPENING, request.META.get("REMOTE_ADDR", ""))
    except TooOften as error:
        return _refuse(request, str(error), 429)
    found = verbs.find_open(token)
    if found is None:
        return _refuse(request, verbs.NO_LONGER, 404)
    mailed = verbs.is_sealed(token, request.GET.get("mailed", ""))
    if request.method != "POST":
        return _show_invitation(request, found)
    if not isinstance(request.user, User):
        return _sign_up(request, found, mailed)
    try:
        joined = verbs.do_accept(request.user, origin_of(request), token, mailed=mailed)
    except ValidationError as error:
        return _refuse(request, error.messages[0], 403)
    return _welcome(request, joined)


def _show_invitation(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = request.user
    context = {
        "invitation": found,
        "here": request.get_full_path(),
        "masked": verbs.masked(found.email),
        "fits": isinstance(user, User) and verbs.is_for(found, user),
    }
    answer = render(request, "teams/invitation.html", context)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _sign_up(request: HttpRequest, found: Invitation, mailed: bool) -> HttpResponse:
    """Send a newcomer to the sign-up and back; a mailed link has confirmed the address already."""
    if mailed:
        get_adapter(request).stash_verified_email(request, found.email)
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.get_full_path()})}")


def _refuse(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return render(request, "teams/invitation_refused.html", {"words": words}, status=status)


def _welcome(request: HttpRequest, joined: Membership) -> HttpResponse:
    messages.success(request, f"You are in {joined.team.name} now, as {as_a(joined.role)}.")
    return redirect("team", joined.team.public_id)
