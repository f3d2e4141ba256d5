"""The pass over all rules, made each minute."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from redis.exceptions import RedisError

from playground.alerts.judging import Minute, Standing, judge, judge_workers, step
from playground.alerts.measuring import measure
from playground.alerts.models import Change, Incident, Measure, Rule
from playground.alerts.outbox import put

log = structlog.get_logger(__name__)
FORGOTTEN_AFTER = timedelta(minutes=5)
KEPT_FOR = timedelta(days=400)


def watch() -> None:
    """Judge this minute by every rule that has not yet. Any number may watch at once, and one that
    was stopped half way goes on."""
    minute = timezone.now().replace(second=0, microsecond=0)
    waiting = Rule.objects.filter(Q(looked_at=None) | Q(looked_at__lt=minute))
    for rule in waiting.filter(Q(team=None) | Q(team__deleted_at=None)).order_by("pk"):
        try:
            value = measure(rule)
        except RedisError as error:
            # Unknown is neither good nor bad: the minute is passed over.
            log.warning("rule not judged", rule=rule.pk, error=str(error))
            continue
        note(rule.pk, minute, value)
    Incident.objects.filter(ended_at__lt=minute - KEPT_FOR).delete()


@transaction.atomic
def note(id: int, minute: datetime, value: float | None) -> None:
    """Count a minute in, once, and fire or end what it fires or ends."""
    rule = Rule.objects.select_for_update().filter(pk=id).first()
    if rule is None or (rule.looked_at is not None and rule.looked_at >= minute):
        return
    incident = rule.incidents.filter(ended_at=None).first()
    before = _before(rule, minute, firing=incident is not None)
    after = step(before, _judged(rule, value), rule.fire_after, rule.resolve_after)
    if after.firing and incident is None:
        _fire(rule, minute, value)
    elif incident is not None and not after.firing:
        _end(rule, incident, minute)
    elif incident is not None and value is not None:
        _worsen(rule, incident, value)
    Rule.objects.filter(pk=id).update(
        bad_minutes=after.bad, good_minutes=after.good, looked_at=minute, value=value
    )


def _before(rule: Rule, minute: datetime, firing: bool) -> Standing:
    """A row of minutes ends where nobody looked for a while."""
    if rule.looked_at is None or minute - rule.looked_at > FORGOTTEN_AFTER:
        return Standing(firing)
    return Standing(firing, rule.bad_minutes, rule.good_minutes)


def _judged(rule: Rule, value: float | None) -> Minute:
    if rule.measure == Measure.WORKERS:
        return judge_workers(value or 0)
    return judge(value, rule.limit)


def _fire(rule: Rule, minute: datetime, value: float | None) -> None:
    incident = Incident.objects.create(
        rule=rule, began_at=minute, value=value, worst=value, limit=rule.limit
    )
    if not is_muted(rule):
        put(rule, Change.FIRED, incident)


def _end(rule: Rule, incident: Incident, minute: datetime) -> None:
    """Whoever was told that it began is told that it is over."""
    Incident.objects.filter(pk=incident.pk).update(ended_at=minute)
    if not is_muted(rule) and incident.messages.exists():
        put(rule, Change.RESOLVED, incident)


def _worsen(rule: Rule, incident: Incident, value: float) -> None:
    worse = Q(worst=None) | (
        Q(worst__gt=value) if rule.measure == Measure.WORKERS else Q(worst__lt=value)
    )
    Incident.objects.filter(worse, pk=incident.pk, ended_at=None).update(worst=value)


def is_muted(rule: Rule) -> bool:
    return rule.muted_until is not None and rule.muted_until > timezone.now()


def begin_anew(rule: Rule) -> None:
    """Judge afresh a rule that looks at something else now. Call it in the transaction of the
    change; what it had found is over."""
    incident = rule.incidents.filter(ended_at=None).first()
    if incident is not None:
        _end(rule, incident, timezone.now())
    Rule.objects.filter(pk=rule.pk).update(bad_minutes=0, good_minutes=0, value=None)
