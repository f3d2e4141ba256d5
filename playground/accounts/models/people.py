"""Who signs in."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models, transaction

if TYPE_CHECKING:
    from playground.accounts.models.teams import Team


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
    current_team: "models.ForeignKey[Team | None]" = models.ForeignKey(
        "accounts.Team",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where new pages open: the team that the person switched to last.",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new person gets their personal team in the same transaction."""
        from playground.accounts.models.teams import Team

        new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if new:
                Team.objects.create_personal(self)

    def __str__(self) -> str:
        return self.email

    @property
    def shown_name(self) -> str:
        """The full name where one was given, else what stands before the @."""
        return self.get_full_name() or self.email.partition("@")[0]
