"""An alert as a signed POST of JSON to an address of the team's choice."""

import hashlib
import hmac
import json
import time
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac

from playground.alerts.addresses import BadAddress, target_of
from playground.alerts.kinds import KINDS
from playground.alerts.letters import SUBJECTS, page_of, subject_of
from playground.alerts.models import Change, Incident, Message, Rule
from playground.alerts.posting import post
from playground.alerts.sending import Undelivered

SALT = "playground.alerts.webhook"


def send_webhook(message: Message) -> None:
    """Post one. Raises Undelivered. The host must be allowed now, and not only when it was set."""
    try:
        target = target_of(message.rule.webhook_url)
    except BadAddress as error:
        raise Undelivered(str(error)) from error
    body = json.dumps(content_of(message), ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    headers = {
        "Playground-Message": str(message.public_id),
        "Playground-Timestamp": stamp,
        "Playground-Signature": f"v1={signature(key_of(message.rule), stamp, body)}",
    }
    post(target, headers, body)


def key_of(rule: Rule) -> str:
    """What a rule's messages are signed with. Made from the site's secret, so that it need not be
    kept; another rule has another."""
    return salted_hmac(SALT, str(rule.public_id), algorithm="sha256").hexdigest()


def signature(key: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex, with the key's letters as the key, of “<timestamp>.<body>”."""
    return hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def content_of(message: Message) -> dict[str, Any]:
    """What a receiver gets. `text` is what chat services show."""
    rule, incident = message.rule, message.incident
    kind = KINDS[rule.measure]
    limit = incident.limit if incident else rule.limit
    said = kind.limit_words(limit)
    about = subject_of(rule.team)
    return {
        "id": str(message.public_id),
        "change": message.change,
        "text": f"{SUBJECTS[Change(message.change)]}: {rule.name} ({about}): {said}",
        "rule": {
            "id": str(rule.public_id),
            "name": rule.name,
            "measure": rule.measure,
            "profile": rule.profile,
            "limit": limit,
            "unit": kind.unit,
        },
        "team": {"id": str(rule.team.public_id), "name": rule.team.name} if rule.team else None,
        "incident": _of_incident(incident) if incident else None,
        "page": page_of(rule),
    }


def _of_incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "began_at": incident.began_at.isoformat(),
        "ended_at": _moment(incident.ended_at),
        "value": incident.value,
        "worst": incident.worst,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
