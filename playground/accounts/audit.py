"""The one way into the audit log."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest

from playground.accounts.models import AuditAction, AuditEntry, Team, User


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something, and from where. `address` is an IP address, None where there is none."""

    actor: User | None
    address: str | None = None
    agent: str = ""


def origin_of(request: HttpRequest) -> Origin:
    """The signed-in person behind a request, and what it came from."""
    actor = request.user if isinstance(request.user, User) else None
    return Origin(actor, address_of(request), request.headers.get("User-Agent", "")[:300])


def address_of(request: HttpRequest) -> str | None:
    """Where a request came from; None where the server was told none, or something else."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def record(
    team: Team, origin: Origin, action: AuditAction, target: str, **detail: Any
) -> AuditEntry:
    """Write an entry. Call it in the transaction of the change; never put prompts in `detail`."""
    return AuditEntry.objects.create(
        team=team,
        actor=origin.actor,
        actor_email=origin.actor.email if origin.actor else "",
        action=action,
        target=target[:300],
        detail=detail,
        address=origin.address,
        agent=origin.agent,
    )
