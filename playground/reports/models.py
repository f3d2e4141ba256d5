"""Who gets a week's report of which team."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from playground.accounts.models import Team


class Subscription(models.Model):
    """A person's wish for a team's weekly report. `public_id` is the secret in the link that ends
    it, and is in nothing but their mail."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="report_subscriptions")
    zone = models.CharField(max_length=60, help_text="Whose weeks, by name.")
    site_url = models.CharField(max_length=300, help_text="Where the site is, for links in mail.")
    sent_for = models.DateField(help_text="The Monday of the newest week that is done with.")
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_report_per_person_and_team"),
        ]

    def __str__(self) -> str:
        return f"weekly report {self.pk}"
