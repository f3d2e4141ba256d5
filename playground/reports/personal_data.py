"""The reports that a person gets."""

from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data
from playground.reports.models import Subscription


@personal_data("weekly_reports")
def weekly_reports(user: User) -> Rows:
    for subscription in (
        Subscription.objects.filter(user=user).select_related("team").order_by("id")
    ):
        yield {
            "team": subscription.team.name,
            "zone": subscription.zone,
            "since": subscription.created_at,
            "sent_at": subscription.sent_at,
        }
