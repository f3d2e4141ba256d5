"""A rule, what it has found, and what there is to tell of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from playground.accounts.models import Team


class Measure(models.TextChoices):
    """What a rule looks at. Units, ranges and words are in kinds.py."""

    TTFT = "ttft_p95", "Slow first tokens"
    ERRORS = "error_rate", "Errors"
    QUEUE = "queue_age", "Long waits"
    WORKERS = "no_worker", "No worker"
    QUOTA = "quota", "Quota nearly used"


class Rule(models.Model):
    """Something to watch, with where it stands: how many minutes in a row were bad, or good.

    Its place is written each minute under the row's lock, so that watching can stop and go on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, related_name="alert_rules",
        help_text="None: the whole site's.",
    )  # fmt: skip
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=80)
    measure = models.CharField(max_length=12, choices=Measure.choices)
    profile = models.CharField(max_length=60, default="", blank=True, help_text="Empty: of all.")
    limit = models.FloatField(help_text="In the measure's unit.")
    window_minutes = models.PositiveSmallIntegerField(default=5)
    at_least = models.PositiveIntegerField(
        default=1, help_text="With fewer requests in the window, nothing can be said."
    )
    fire_after = models.PositiveSmallIntegerField(help_text="Bad minutes in a row.")
    resolve_after = models.PositiveSmallIntegerField(help_text="Good minutes in a row.")
    by_email = models.BooleanField(default=True)
    webhook_url = models.CharField(max_length=500, default="", blank=True)
    site_url = models.CharField(max_length=300, help_text="Where the site is, for links in mail.")
    muted_until = models.DateTimeField(null=True)
    # where it stands
    bad_minutes = models.PositiveIntegerField(default=0)
    good_minutes = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, help_text="The minute that was judged last.")
    value = models.FloatField(null=True, help_text="What was found then; null: nothing to judge.")

    class Meta:
        indexes = [models.Index(fields=["team", "id"], name="alert_rule_team")]

    def __str__(self) -> str:
        return f"{self.measure} rule {self.pk}"


class Incident(models.Model):
    """From when a rule fired until it was well again."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="incidents")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True, help_text="When it began.")
    worst = models.FloatField(null=True)
    limit = models.FloatField(help_text="The rule's limit at that time.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], name="one_open_incident_per_rule", condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.pk} of rule {self.rule_id}"


class Change(models.TextChoices):
    FIRED = "fired"
    RESOLVED = "resolved"
    TEST = "test"


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    WEBHOOK = "webhook", "Webhook"


class Message(models.Model):
    """Something to tell, one way. Written with the change that it tells of, sent afterwards.

    `next_at` None: nothing more will be tried, since it was sent or given up.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="messages")
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, null=True, related_name="messages"
    )
    change = models.CharField(max_length=8, choices=Change.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "change", "channel"],
                name="one_message_per_change_and_channel",
                condition=Q(incident__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="alert_message_due", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} by {self.channel} of rule {self.rule_id}"

    @property
    def was_given_up(self) -> bool:
        return self.next_at is None and self.sent_at is None
