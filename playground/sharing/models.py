"""Read-only links to a run, for people who need no account."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from playground.accounts.models import Team
from playground.compare.models import Comparison


class ShareLink(models.Model):
    """A link that shows one run to whoever holds it. Only the token's digest is kept."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="links")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, hex.")
    hint = models.CharField(max_length=8, help_text="The token's last signs, to tell links apart.")
    shows_prompt = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["comparison", "-id"], name="link_comparison")]

    def __str__(self) -> str:
        return f"link {self.hint} to comparison {self.comparison_id}"
