"""The pages of alerts: a team's, and the whole site's beside them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts.audit import origin_of
from playground.accounts.models import Team
from playground.accounts.pages import page
from playground.accounts.throttle import TooOften
from playground.alerts import actions
from playground.alerts.access import access_rule, owner_of
from playground.alerts.addresses import allowed_hosts
from playground.alerts.forms import MUTES, KindForm, MuteForm, RuleForm
from playground.alerts.kinds import KINDS
from playground.alerts.lists import incidents_of, messages_of, row_of, rules_of
from playground.alerts.models import Measure, Rule
from playground.alerts.webhooks import key_of

SHOWN_INCIDENTS = 10
BIGGEST_ID = 2**63 - 1


@page("usage")
def alerts(request: HttpRequest, site: bool = False) -> HttpResponse:
    """The rules, those that fire first, and what they found lately."""
    team = owner_of(request, site)
    incidents, more = incidents_of(team)
    context = {
        **_frame(team),
        "rows": rules_of(team),
        "incidents": incidents[:SHOWN_INCIDENTS],
        "has_more": more is not None or len(incidents) > SHOWN_INCIDENTS,
    }
    return render(request, "alerts/alerts.html", context)


@page("usage")
def incidents(request: HttpRequest, site: bool = False) -> HttpResponse:
    """Everything that the rules found, a page at a time."""
    team = owner_of(request, site)
    rows, more = incidents_of(team, before=_cursor(request))
    return render(
        request, "alerts/incidents.html", {**_frame(team), "incidents": rows, "more": more}
    )


@page("usage", "GET", "POST")
def new_alert(request: HttpRequest, site: bool = False) -> HttpResponse:
    """Choose what to look at, then say when to tell."""
    team = owner_of(request, site)
    chosen = KindForm(request.GET)
    if not chosen.is_valid():
        shown = {**_frame(team), "kinds": KINDS.values()}
        return render(request, "alerts/kinds.html", shown, status=422 if request.POST else 200)
    kind = KINDS[chosen.cleaned_data["kind"]]
    form = RuleForm(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.do_make_rule(
                team, origin_of(request), Measure(kind.measure), _here(request), form.written()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"“{made.name}” is watched from now on.")
            return redirect(_list_of(made.team))
    return _render_form(request, team, form)


@page("usage", "GET", "POST")
def alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One rule: what it says, what it found, what was sent."""
    rule = access_rule(request, public_id)
    kind = KINDS[rule.measure]
    if request.GET.get("part") == "messages":
        return render(request, "alerts/messages.html", _sent(rule))
    if request.method != "POST":
        return _render_form(request, rule.team, RuleForm.of(rule, kind), rule)
    form = RuleForm(kind, request.POST, initial={"profile": rule.profile})
    if not form.is_valid():
        return _render_form(request, rule.team, form, rule)
    actions.do_change_rule(rule, origin_of(request), _here(request), form.written())
    messages.success(request, "Saved.")
    return redirect("alert", public_id)


@page("usage", "POST")
def mute(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send nothing for a while, or again."""
    rule = access_rule(request, public_id)
    form = MuteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose how long to mute it.")
    else:
        actions.do_mute(rule, origin_of(request), form.cleaned_data["how"])
        muted = form.cleaned_data["how"] != "off"
        messages.success(request, "Muted: nothing is sent." if muted else "Unmuted.")
    return redirect("alert", public_id)


@page("usage", "POST")
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a rule and what it found."""
    rule = access_rule(request, public_id)
    actions.do_delete_rule(rule, origin_of(request))
    messages.success(request, f"“{rule.name}” is deleted.")
    return redirect(_list_of(rule.team))


@page("usage", "POST")
def test(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a test message."""
    rule = access_rule(request, public_id)
    try:
        if rule.by_email or rule.webhook_url:
            actions.do_test(rule)
        else:
            messages.error(request, "This alert sends nothing. Choose email or a webhook first.")
    except TooOften as error:
        messages.error(request, str(error))
    return redirect("alert", public_id)


def _render_form(
    request: HttpRequest, team: Team | None, form: RuleForm, rule: Rule | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **_frame(team),
        "form": form,
        "kind": form.kind,
        "hosts": allowed_hosts(),
        "mutes": MUTES,
        "rule": rule,
    }
    if rule is not None:
        context |= {"row": row_of(rule), "key": key_of(rule), **_sent(rule)}
        context["incidents"] = incidents_of(rule.team, rule)[0][:SHOWN_INCIDENTS]
    return render(request, "alerts/rule.html", context, status=422 if form.errors else 200)


def _sent(rule: Rule) -> dict[str, Any]:
    sent = messages_of(rule)
    return {"rule": rule, "sent": sent, "pending": any(not each.attempts for each in sent)}


def _frame(team: Team | None) -> dict[str, Any]:
    return {"at": "alerts", "site": team is None}


def _list_of(team: Team | None) -> str:
    return "site_alerts" if team is None else "alerts"


def _here(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _cursor(request: HttpRequest) -> int | None:
    """A number that a page gave; anything else shows the newest."""
    text = request.GET.get("before", "")
    return (
        min(int(text), BIGGEST_ID) if text.isascii() and text.isdigit() and len(text) < 20 else None
    )
