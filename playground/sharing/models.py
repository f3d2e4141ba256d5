"""Read-only links to a run, for people who need no account."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from playground.accounts.models import Membership, Team
from playground.accounts.roles import ALLOWED, Permission
from playground.compare.models import Comparison


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def working(self) -> Self:
        """Those that open: not revoked, not expired, and their maker may still share."""
        return self.with_state().filter(revoked_at=None, expired=False, maker_shares=True)

    def with_state(self) -> Self:
        """With `expired`, by the database's clock, and `maker_shares`."""
        makers = Membership.objects.filter(
            team=OuterRef("team"),
            user=OuterRef("author"),
            user__is_active=True,
            team__deleted_at=None,
            role__in=ALLOWED[Permission.SHARE],
        )
        return self.annotate(expired=Q(expires_at__lte=Now()), maker_shares=Exists(makers))


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

    objects: ClassVar[ShareLinkQuerySet] = ShareLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["comparison", "-id"], name="link_comparison")]

    def __str__(self) -> str:
        return f"link {self.hint} to comparison {self.comparison_id}"
