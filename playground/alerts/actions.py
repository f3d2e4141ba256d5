"""The verbs of alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from limits import RateLimitItemPerMinute

from playground.accounts.audit import Origin, record
from playground.accounts.models import AuditAction, Team
from playground.accounts.throttle import check_rate
from playground.alerts.models import Change, Measure, Rule
from playground.alerts.outbox import put
from playground.alerts.watching import begin_anew

log = structlog.get_logger(__name__)
MOST_RULES = 50
TESTS = RateLimitItemPerMinute(6, namespace="alert-test")
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)
MUTED_FOR = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
JUDGED_BY = ("limit", "profile", "window_minutes", "at_least", "fire_after", "resolve_after")


@transaction.atomic
def do_make_rule(
    team: Team | None, origin: Origin, measure: Measure, site_url: str, fields: dict[str, Any]
) -> Rule:
    """A new rule of a team, or of the site. Raises ValidationError where there are too many."""
    if team is not None:
        Team.objects.select_for_update().get(pk=team.pk)
    if Rule.objects.filter(team=team).count() >= MOST_RULES:
        raise ValidationError(f"There are {MOST_RULES} alerts, the most there may be. Delete one.")
    made = Rule.objects.create(
        team=team, author=origin.actor, measure=measure, site_url=site_url[:300], **fields
    )
    _record(made, origin, AuditAction.ALERT_MADE)
    return made


@transaction.atomic
def do_change_rule(rule: Rule, origin: Origin, site_url: str, fields: dict[str, Any]) -> None:
    """Write what a rule says now. One that looks at something else is judged afresh."""
    locked = Rule.objects.select_for_update().get(pk=rule.pk)
    changed = sorted(name for name in fields if getattr(locked, name) != fields[name])
    anew = any(name in JUDGED_BY for name in changed)
    for name, value in {**fields, "site_url": site_url[:300]}.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*fields, "site_url"])
    if changed:
        _record(locked, origin, AuditAction.ALERT_CHANGED, changed=changed)
    if anew:
        begin_anew(locked)


@transaction.atomic
def do_mute(rule: Rule, origin: Origin, how: str) -> None:
    """Send nothing for a while ("hour", "day", "week"), until unmuted ("on"), or again ("off")."""
    until = None if how == "off" else FOR_GOOD
    if how in MUTED_FOR:
        until = timezone.now() + MUTED_FOR[how]
    Rule.objects.filter(pk=rule.pk).update(muted_until=until)
    _record(rule, origin, AuditAction.ALERT_MUTED, how=how)


@transaction.atomic
def do_delete_rule(rule: Rule, origin: Origin) -> None:
    """Delete a rule with what it found. Nobody is told."""
    _record(rule, origin, AuditAction.ALERT_DELETED)
    rule.delete()


def _record(rule: Rule, origin: Origin, action: AuditAction, **detail: Any) -> None:
    """In the team's audit log; the site's own alerts are no team's."""
    if rule.team is not None:
        record(rule.team, origin, action, f"the alert “{rule.name}”", **detail)


def do_test(rule: Rule) -> None:
    """Send a test by each way that the rule names. Raises TooOften."""
    check_rate(TESTS, f"team-{rule.team_id}")
    with transaction.atomic():
        put(rule, Change.TEST)
        transaction.on_commit(_send_soon)


def _send_soon() -> None:
    from playground.alerts.tasks import deliver

    try:
        deliver.apply_async(queue="maintenance", retry=False)
    except BrokerError as error:
        # It is written down: the pass of the next minute sends it.
        log.warning("not sent yet", error=str(error))
