"""The verbs of alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from limits import RateLimitItemPerMinute

from playground.accounts.models import Team, User
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
    team: Team | None, author: User, measure: Measure, site_url: str, fields: dict[str, Any]
) -> Rule:
    """A new rule of a team, or of the site. Raises ValidationError where there are too many."""
    if team is not None:
        Team.objects.select_for_update().get(pk=team.pk)
    if Rule.objects.filter(team=team).count() >= MOST_RULES:
        raise ValidationError(f"There are {MOST_RULES} alerts, the most there may be. Delete one.")
    return Rule.objects.create(
        team=team, author=author, measure=measure, site_url=site_url[:300], **fields
    )


@transaction.atomic
def do_change_rule(rule: Rule, site_url: str, fields: dict[str, Any]) -> None:
    """Write what a rule says now. One that looks at something else is judged afresh."""
    locked = Rule.objects.select_for_update().get(pk=rule.pk)
    anew = any(name in fields and getattr(locked, name) != fields[name] for name in JUDGED_BY)
    for name, value in {**fields, "site_url": site_url[:300]}.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*fields, "site_url"])
    if anew:
        begin_anew(locked)


def do_mute(rule: Rule, how: str) -> None:
    """Send nothing for a while ("hour", "day", "week"), until unmuted ("on"), or again ("off")."""
    until = None if how == "off" else FOR_GOOD
    if how in MUTED_FOR:
        until = timezone.now() + MUTED_FOR[how]
    Rule.objects.filter(pk=rule.pk).update(muted_until=until)


def do_delete_rule(rule: Rule) -> None:
    """Delete a rule with what it found. Nobody is told."""
    rule.delete()


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
