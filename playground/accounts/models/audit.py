"""What was changed about people, roles, keys, quotas and sharing: who, what, when, from where."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from playground.accounts.models.teams import Team


class AuditAction(models.TextChoices):
    """A closed list, so that the log can be filtered and nothing is misspelled."""

    TEAM_CREATED = "team.created"
    TEAM_CHANGED = "team.changed"
    TEAM_DELETED = "team.deleted"
    TEAM_RESTORED = "team.restored"
    OWNER_CHANGED = "team.transferred"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"
    MEMBER_REMOVED = "member.removed"
    ROLE_CHANGED = "member.role_changed"
    INVITATION_MADE = "invitation.made"
    INVITATION_RESENT = "invitation.resent"
    INVITATION_REVOKED = "invitation.revoked"
    SESSION_SHARED = "session.shared"
    SESSION_UNSHARED = "session.made_private"
    RUN_SHARED = "run.shared"
    RUN_UNSHARED = "run.made_private"
    LINK_MADE = "link.made"
    LINK_REVOKED = "link.revoked"
    KEY_MADE = "key.made"
    KEY_REVOKED = "key.revoked"
    QUOTA_CHANGED = "quota.changed"
    ALERT_MADE = "alert.made"
    ALERT_CHANGED = "alert.changed"
    ALERT_MUTED = "alert.muted"
    ALERT_DELETED = "alert.deleted"
    DATA_EXPORTED = "data.exported"
    DATA_IMPORTED = "data.imported"


class AuditEntry(models.Model):
    """One change, written in the transaction that makes it, and never touched again."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="audit_entries")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_email = models.CharField(max_length=254, help_text="Kept when the account is gone.")
    action = models.CharField(max_length=30, choices=AuditAction.choices)
    target = models.CharField(max_length=300, help_text="What was changed, in words.")
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["team", "-at", "-id"], name="audit_team_time")]

    def __str__(self) -> str:
        return f"{self.actor_email} {self.action} {self.target}"
