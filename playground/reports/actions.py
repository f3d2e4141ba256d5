"""The verbs of weekly reports."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.utils import timezone

from playground.accounts.models import Membership
from playground.accounts.roles import Permission, allows
from playground.reports.content import report_of
from playground.reports.letters import NotSent, send
from playground.reports.models import Subscription
from playground.reports.weeks import newest_due

log = structlog.get_logger(__name__)
DAY, TWO_WEEKS = timedelta(days=1), timedelta(days=14)


def do_subscribe(membership: Membership, zone: ZoneInfo, site_url: str) -> None:
    """Send reports from the week that runs on. Doing it again changes the zone alone."""
    Subscription.objects.update_or_create(
        user_id=membership.user_id,
        team_id=membership.team_id,
        defaults={"zone": zone.key, "site_url": site_url[:300]},
        create_defaults={
            "zone": zone.key,
            "site_url": site_url[:300],
            "sent_for": newest_due(zone, timezone.now()),
        },
    )


def do_unsubscribe(membership: Membership) -> None:
    """Send none any more."""
    Subscription.objects.filter(user=membership.user_id, team=membership.team_id).delete()


def do_stop(public_id: UUID) -> None:
    """The same, by the link of a mail. One that was ended already stays so."""
    Subscription.objects.filter(public_id=public_id).delete()


def send_due(now: datetime | None = None) -> int:
    """Send each report that is due and was not sent; returns how many.

    A week's is sent once: the row is locked while it goes out, and then says for which week it
    was. After a pause only the newest week's is sent.
    """
    now = now or timezone.now()
    # The next week is due two weeks after its report's began, and a day earlier in the far east.
    old = Subscription.objects.filter(sent_for__lte=now.astimezone(UTC).date() - TWO_WEEKS + DAY)
    ids = list(old.order_by("pk").values_list("pk", flat=True))
    return sum(_send(id, now) for id in ids)


@transaction.atomic
def _send(id: int, now: datetime) -> bool:
    subscription = (
        Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user", "team")
        .filter(pk=id)
        .first()
    )
    if subscription is None or not _still_may(subscription):
        return False
    week = newest_due(ZoneInfo(subscription.zone), now)
    if subscription.sent_for >= week:
        return False
    try:
        send(report_of(subscription, week, now), subscription.user.email, subscription.site_url)
    except NotSent as error:
        log.warning("report not sent", subscription=id, error=str(error))
        return False
    Subscription.objects.filter(pk=id).update(sent_for=week, sent_at=now)
    return True


def _still_may(subscription: Subscription) -> bool:
    """Whoever lost sight of the team's usage gets no more of it, and is forgotten here."""
    member = Membership.objects.filter(
        user=subscription.user_id, team=subscription.team_id, user__is_active=True
    ).first()
    if member is not None and allows(member.role, Permission.SEE_USAGE):
        return subscription.team.deleted_at is None
    subscription.delete()
    return False
