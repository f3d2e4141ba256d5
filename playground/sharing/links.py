"""The verbs of share links."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, Membership, Team
from playground.compare.models import Comparison
from playground.compare.requests import BadInput
from playground.sharing.access import access_link, require_linking
from playground.sharing.models import ShareLink

TOKEN_BYTES = 32
DAYS = (1, 7, 30, 90)
MAX_WORKING = 20


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that may be made: to which run, for how long, with or without the prompt."""

    membership: Membership
    comparison: Comparison
    days: int
    shows_prompt: bool


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link with its token, which only its maker sees, once."""

    link: ShareLink
    token: str


def digest_of(token: str) -> str:
    """What is stored of a token. It has 256 bits of its own, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_new_link(
    membership: Membership, comparison: Comparison, days: int, shows_prompt: bool
) -> NewLink:
    """Raises Forbidden, or BadInput naming the limit."""
    require_linking(membership, comparison)
    if days not in DAYS:
        raise BadInput(f"A link works for {', '.join(map(str, DAYS))} days.", "days")
    working = ShareLink.objects.working().filter(comparison=comparison).count()
    if working >= MAX_WORKING:
        raise BadInput(
            f"This run has {working} working links; at most {MAX_WORKING}. Revoke one first."
        )
    return NewLink(membership, comparison, days, shows_prompt)


@transaction.atomic
def do_make_link(new: NewLink, origin: Origin) -> MadeLink:
    """Make a link. Its token is in the answer and nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink.objects.create(
        comparison=new.comparison,
        team_id=new.membership.team_id,
        author_id=new.membership.user_id,
        digest=digest_of(token),
        hint=token[-4:],
        shows_prompt=new.shows_prompt,
        expires_at=Now() + timedelta(days=new.days),
    )
    link.refresh_from_db()
    _record(link, origin, AuditAction.LINK_MADE, days=new.days, shows_prompt=new.shows_prompt)
    return MadeLink(link, token)


def check_revoke(membership: Membership, id: int) -> ShareLink:
    """A link that this person may end. Raises Http404."""
    return access_link(membership, id)


@transaction.atomic
def do_revoke_link(link: ShareLink, origin: Origin) -> None:
    """End a link now. Doing it twice changes nothing more."""
    if ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=Now()):
        _record(link, origin, AuditAction.LINK_REVOKED)


def opened_by(token: str) -> ShareLink | None:
    """The working link of this token."""
    return ShareLink.objects.working().filter(digest=digest_of(token)).first()


def do_count_view(link: ShareLink) -> None:
    """One more visitor."""
    ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1, viewed_at=Now())


def _record(link: ShareLink, origin: Origin, action: AuditAction, **detail: object) -> None:
    team = Team.objects.get(pk=link.team_id)
    run = f"{link.comparison.session.public_id}/{link.comparison.number}"
    record(team, origin, action, f"link …{link.hint} to run {run}", **detail)
