"""An alert as an email to those who look after the team, or after the site."""

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from playground.accounts.models import Team, User
from playground.accounts.roles import ALLOWED, Permission
from playground.alerts.kinds import KINDS
from playground.alerts.models import Change, Message, Rule
from playground.alerts.sending import Undelivered

SUBJECTS = {Change.FIRED: "Alert", Change.RESOLVED: "Over", Change.TEST: "Test of an alert"}


def send_letter(message: Message) -> None:
    """Send one. Raises Undelivered."""
    rule = message.rule
    to = recipients(rule)
    if not to:
        raise Undelivered("There is nobody to write to.")
    name = " ".join(rule.name.split())
    letter = EmailMessage(
        subject=f"{SUBJECTS[Change(message.change)]}: {name} ({subject_of(rule.team)})",
        body=render_to_string("alerts/letter.txt", _context(message)),
        to=to,
    )
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        raise Undelivered(f"The mail server did not take it ({type(error).__name__}).") from error


def recipients(rule: Rule) -> list[str]:
    """The team's owners and admins as they are now, or the site's staff."""
    people = User.objects.filter(is_active=True)
    if rule.team_id is None:
        people = people.filter(is_staff=True)
    else:
        roles = ALLOWED[Permission.SEE_USAGE]
        people = people.filter(memberships__team=rule.team_id, memberships__role__in=roles)
    return list(people.order_by("email").values_list("email", flat=True))


def subject_of(team: Team | None) -> str:
    """Whom a rule is about."""
    return " ".join(team.name.split()) if team else "the whole site"


def page_of(rule: Rule) -> str:
    """The address of the rule's page."""
    return f"{rule.site_url}{reverse('alert', args=[rule.public_id])}"


def _context(message: Message) -> dict[str, object]:
    rule, incident = message.rule, message.incident
    kind = KINDS[rule.measure]
    return {
        "message": message,
        "rule": rule,
        "incident": incident,
        "about": subject_of(rule.team),
        "said": kind.limit_words(incident.limit if incident else rule.limit),
        "value": kind.value_words(incident.value) if incident else "",
        "worst": kind.value_words(incident.worst) if incident else "",
        "page": page_of(rule),
    }
