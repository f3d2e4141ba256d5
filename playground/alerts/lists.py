"""Rules and incidents as pages show them, each list in a few queries."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from playground.accounts.models import Team
from playground.alerts.kinds import KINDS
from playground.alerts.models import Incident, Message, Rule
from playground.alerts.watching import is_muted

PAGE = 50
MESSAGES = 8


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with the incident that is open, and the messages that did not arrive."""

    rule: Rule
    incident: Incident | None
    failing: list[Message]

    @property
    def said(self) -> str:
        return KINDS[self.rule.measure].limit_words(self.rule.limit)

    @property
    def value(self) -> str:
        return KINDS[self.rule.measure].value_words(self.rule.value)

    @property
    def is_muted(self) -> bool:
        return is_muted(self.rule)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident in words."""

    incident: Incident

    @property
    def lasted(self) -> int | None:
        """Seconds; None while it lasts."""
        ended = self.incident.ended_at
        return None if ended is None else round((ended - self.incident.began_at).total_seconds())

    @property
    def said(self) -> str:
        return KINDS[self.incident.rule.measure].limit_words(self.incident.limit)

    @property
    def value(self) -> str:
        return KINDS[self.incident.rule.measure].value_words(self.incident.value)

    @property
    def worst(self) -> str:
        return KINDS[self.incident.rule.measure].value_words(self.incident.worst)


def rules_of(team: Team | None) -> list[RuleRow]:
    """All rules of a team, or of the site: those that fire first, then by name."""
    opened = Prefetch("incidents", Incident.objects.filter(ended_at=None), to_attr="opened")
    rules = list(Rule.objects.filter(team=team).prefetch_related(opened).order_by("name", "id"))
    failing = _failing(Rule.objects.filter(team=team))
    rows = [RuleRow(rule, _first(rule.opened), failing.get(rule.pk, [])) for rule in rules]
    return sorted(rows, key=lambda row: row.incident is None)


def row_of(rule: Rule) -> RuleRow:
    """One of them."""
    found = _failing(Rule.objects.filter(pk=rule.pk)).get(rule.pk, [])
    return RuleRow(rule, rule.incidents.filter(ended_at=None).first(), found)


def _failing(rules: QuerySet[Rule]) -> dict[int, list[Message]]:
    """By rule, the newest message of each way where that one has a problem."""
    newest = Message.objects.filter(rule__in=rules).order_by("rule", "channel", "-pk")
    found: dict[int, list[Message]] = {}
    for message in newest.distinct("rule", "channel"):
        if message.problem:
            found.setdefault(message.rule_id, []).append(message)
    return found


def _first(incidents: list[Incident]) -> Incident | None:
    return incidents[0] if incidents else None


def incidents_of(
    team: Team | None, rule: Rule | None = None, before: int | None = None
) -> tuple[list[IncidentRow], int | None]:
    """A page of incidents, newest first, and the cursor of the next page."""
    found = Incident.objects.filter(rule__team=team).select_related("rule").order_by("-pk")
    if rule is not None:
        found = found.filter(rule=rule)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = [IncidentRow(incident) for incident in found[: PAGE + 1]]
    more = rows[PAGE - 1].incident.pk if len(rows) > PAGE else None
    return rows[:PAGE], more


def messages_of(rule: Rule) -> list[Message]:
    """What was sent of a rule lately, and what was not."""
    return list(rule.messages.order_by("-pk")[:MESSAGES])
