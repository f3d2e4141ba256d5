"""Messages that wait to be sent, and their sending: once each, tried a few times.

A message is claimed by moving its next attempt into the future, so that no lock is held while a
server is slow, two senders never take the same, and one that died is followed by another attempt.
"""

import time
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from playground.alerts.letters import send_letter
from playground.alerts.models import Change, Channel, Incident, Message, Rule
from playground.alerts.sending import Undelivered
from playground.alerts.webhooks import send_webhook

log = structlog.get_logger(__name__)
WAITS = (timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=15), timedelta(hours=1))
MOST_ATTEMPTS = len(WAITS) + 1
SECONDS_PER_PASS = 20.0
SENDERS = {Channel.EMAIL: send_letter, Channel.WEBHOOK: send_webhook}


def put(rule: Rule, change: Change, incident: Incident | None = None) -> None:
    """Write what is to be sent, by each way that the rule names. Send it after the commit."""
    ways = [Channel.EMAIL] * rule.by_email + [Channel.WEBHOOK] * bool(rule.webhook_url)
    now = timezone.now()
    Message.objects.bulk_create(
        [
            Message(rule=rule, incident=incident, change=change, channel=way, next_at=now)
            for way in ways
        ],
        ignore_conflicts=True,
    )


def deliver() -> int:
    """Send what is due, for a while; returns how many were tried. Any number may do it at once."""
    ends, tried = time.monotonic() + SECONDS_PER_PASS, 0
    while time.monotonic() < ends and (message := _claim()) is not None:
        _try(message)
        tried += 1
    return tried


@transaction.atomic
def _claim() -> Message | None:
    """The next that is due. One waits until that before it, of its incident and way, is done with:
    nobody should hear of an end before the beginning."""
    earlier = Message.objects.filter(
        incident=OuterRef("incident"), channel=OuterRef("channel"), pk__lt=OuterRef("pk"),
        next_at__isnull=False,
    )  # fmt: skip
    due = Message.objects.filter(~Exists(earlier), next_at__lte=timezone.now()).order_by("next_at")
    message = due.select_for_update(skip_locked=True, of=("self",)).first()
    if message is None:
        return None
    message.attempts += 1
    message.next_at = timezone.now() + WAITS[min(message.attempts, len(WAITS)) - 1]
    message.save(update_fields=["attempts", "next_at"])
    return message


def _try(message: Message) -> None:
    try:
        SENDERS[Channel(message.channel)](message)
    except Undelivered as error:
        log.warning("alert not delivered", message=message.pk, error=str(error))
        message.problem = str(error)[:300]
        if message.attempts >= MOST_ATTEMPTS:
            message.next_at = None
    else:
        message.sent_at, message.next_at, message.problem = timezone.now(), None, ""
    message.save(update_fields=["sent_at", "next_at", "problem"])
