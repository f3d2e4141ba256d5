"""What a report says: the figures of the overview for a week, and who and what made them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from playground.alerts.models import Incident
from playground.analytics.charts import Tile
from playground.analytics.filters import CUSTOM, Asked
from playground.analytics.models import Metric
from playground.analytics.pages import overview
from playground.analytics.pages.breakdown import Breakdown
from playground.analytics.periods import Period, between
from playground.analytics.scopes import Scope
from playground.analytics.tables import Row
from playground.quotas.burn_down import Month, month
from playground.quotas.models import Quota
from playground.reports.models import Subscription
from playground.reports.weeks import sunday_of

SHOWN = 5
MOST_USED = (Breakdown("profile", "Models", "Model"), Breakdown("user", "People", "Person"))


@dataclass(frozen=True, slots=True)
class Most:
    """Those with most requests: name and count of each."""

    title: str
    rows: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Report:
    """A team's week. `page` and `stop` are paths of the site."""

    team: str
    monday: date
    sunday: date
    zone: str
    tiles: Sequence[Tile]
    most: Sequence[Most]
    incidents: int
    quota: Month | None
    page: str
    stop: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked all week: the first figure counts requests."""
        return not self.tiles[0].value


def report_of(subscription: Subscription, monday: date, now: datetime) -> Report:
    """The report for the week that began on this Monday."""
    zone, sunday = ZoneInfo(subscription.zone), sunday_of(monday)
    period = between(monday, sunday, zone, now)
    asked = _asked(subscription, period)
    quota = Quota.objects.filter(team=subscription.team, tokens_a_month__isnull=False).first()
    return Report(
        team=" ".join(subscription.team.name.split()),
        monday=monday,
        sunday=sunday,
        zone=subscription.zone,
        tiles=overview.build(asked).tiles,
        most=[_most(each, asked) for each in MOST_USED],
        incidents=_incidents(subscription, period),
        quota=month(subscription.team_id, quota, now.astimezone(UTC)) if quota else None,
        page=f"{reverse('usage')}?{_query(monday, sunday, subscription.zone)}",
        stop=reverse("stop_report", args=[subscription.public_id]),
    )


def _asked(subscription: Subscription, period: Period) -> Asked:
    return Asked(
        period=period,
        narrowed={},
        metric=Metric.TTFT.value,
        setting="",
        query={},
        scope=Scope(team=subscription.team_id),
        viewer=subscription.user_id,
    )


def _most(breakdown: Breakdown, asked: Asked) -> Most:
    table = breakdown(asked).tables[0]
    requests = table.column("requests")
    return Most(breakdown.title, [_named(row, requests) for row in table.rows[:SHOWN]])


def _named(row: Row, requests: int) -> tuple[str, int]:
    count = row.cells[requests]
    assert isinstance(count, int)
    return str(row.cells[0]), count


def _incidents(subscription: Subscription, period: Period) -> int:
    span = period.span
    found = Incident.objects.filter(rule__team=subscription.team_id)
    return found.filter(began_at__gte=span.start, began_at__lt=span.end).count()


def _query(monday: date, sunday: date, zone: str) -> str:
    return urlencode({"range": CUSTOM, "since": monday, "until": sunday, "zone": zone})
