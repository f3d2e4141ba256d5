"""The email that carries an invitation."""

from smtplib import SMTPException

import structlog
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.template.loader import render_to_string

from playground.accounts.models import Invitation

log = structlog.get_logger(__name__)


def do_send(invitation: Invitation, link: str) -> bool:
    """Send it; False where the mail server did not take it, so that the link can be handed over."""
    context = {"invitation": invitation, "link": link}
    letter = EmailMessage(
        subject=f"Join {' '.join(invitation.team.name.split())} on Inference Playground",
        body=render_to_string("teams/letter.txt", context),
        to=[invitation.email],
    )
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        log.warning("invitation not mailed", invitation=invitation.pk, error=type(error).__name__)
        return False
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=Now())
    return True
