"""Teams and roles."""

import uuid
from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from playground.accounts.models.people import User


class TeamManager(models.Manager["Team"]):
    def create_personal(self, user: User) -> "Team":
        """The team of one that every person starts with."""
        return self.create_owned(user, user.email.partition("@")[0][:80], personal=True)

    def create_owned(self, user: User, name: str, *, personal: bool = False) -> "Team":
        """A team with its owner."""
        team = self.create(name=name, personal=personal)
        Membership.objects.create(team=team, user=user, role=Role.OWNER)
        return team


class Team(models.Model):
    """The owner of everything: sessions, prompts, keys, quotas."""

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    name = models.CharField(max_length=80)
    personal = models.BooleanField(default=False)
    shares_by_default = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether a new session is seen by the whole team, or by its author alone.",
    )
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="Asked to be deleted: gone for members, kept for a while."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    objects: ClassVar[TeamManager] = TeamManager()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Membership(models.Model):
    """A person's role in a team. What a role may do is in `accounts/roles.py`."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.role}"
