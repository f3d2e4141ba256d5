"""The alerts that a person made, in the teams they are in."""

from django.db.models import Q

from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data
from playground.alerts.models import Rule


@personal_data("alerts")
def alerts(user: User) -> Rows:
    mine = Q(author=user) & (Q(team=None) | Q(team__memberships__user=user))
    for rule in Rule.objects.filter(mine).select_related("team").order_by("id"):
        yield {
            "team": rule.team.name if rule.team else None,
            "name": rule.name,
            "measure": rule.measure,
            "profile": rule.profile,
            "limit": rule.limit,
            "by_email": rule.by_email,
            "webhook_url": rule.webhook_url,
            "made_at": rule.created_at,
        }
