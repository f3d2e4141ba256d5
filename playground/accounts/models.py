"""People, teams, and who belongs where. Every other object of the product belongs to one team."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models, transaction


class UserManager(BaseUserManager["User"]):
    """Makes users known by email; each starts with a personal team."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person, signed in by email."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new person gets their personal team in the same transaction."""
        new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if new:
                Team.objects.create_personal(self)

    def __str__(self) -> str:
        return self.email


class TeamManager(models.Manager["Team"]):
    def create_personal(self, user: User) -> "Team":
        """The team of one that every person starts with."""
        team = self.create(name=user.email.partition("@")[0][:80], personal=True)
        Membership.objects.create(team=team, user=user, role=Role.OWNER)
        return team


class Team(models.Model):
    """The owner of everything: sessions, prompts, keys, quotas."""

    name = models.CharField(max_length=80)
    personal = models.BooleanField(default=False)
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


RUNNER_ROLES = (Role.OWNER, Role.ADMIN, Role.MEMBER)


class Membership(models.Model):
    """A person's role in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.role}"

    @property
    def may_run(self) -> bool:
        """Viewers read; everyone else may spend engine time."""
        return self.role in RUNNER_ROLES
