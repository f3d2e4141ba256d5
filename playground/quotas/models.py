"""What the site's staff allow a team."""

from django.db import models

from playground.accounts.models import Team


class Quota(models.Model):
    """A team's limits; null asks for none. A team without a row has no limits either."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="quota")
    tokens_a_month = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Prompt and output tokens together, from the first of a month in UTC. "
        "Empty: as many as they like.",
    )
    requests_a_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Each sample of a lane is one. Empty: as many as they like.",
    )

    def __str__(self) -> str:
        return f"quota of {self.team}"
