"""Invitations to a team: bound to one address, usable once, known only by their digest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from playground.accounts.models.teams import Role, Team


class Invitation(models.Model):
    """An open, used, revoked or expired invitation. The token itself is never stored."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, hex.")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="When it was last sent by email.")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                name="one_open_invitation_per_address",
                condition=Q(accepted_at=None, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.team} as {self.role}"
