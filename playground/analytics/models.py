"""Hourly sums of what was generated, kept when the rows themselves are gone.

One row sums one hour at one level: a level says which of team, user, key, profile and source the
row is of, and the others are null. The finest has all of them, for drilling down; the coarser ones
are there so that a page over ninety days reads thousands of rows and not millions.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    """Which columns of a rollup are set. `site` is everything; staff alone see it."""

    SITE = "site"
    SITE_PROFILE = "site_profile"
    TEAM = "team"
    TEAM_USER = "team_user"
    TEAM_KEY = "team_key"
    TEAM_PROFILE = "team_profile"
    TEAM_SOURCE = "team_source"
    FINEST = "finest"


class Metric(models.TextChoices):
    """What is kept as a histogram. Durations are in microseconds."""

    QUEUE = "queue"
    PREFILL = "prefill"
    TTFT = "ttft"
    TPOT = "tpot"
    ITL = "itl"
    E2E = "e2e"


class Rollup(models.Model):
    """The sums of one hour at one level, by when the generations ended."""

    hour = models.DateTimeField()
    level = models.CharField(max_length=12, choices=Level.choices)
    team_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    profile = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: of every profile
    source = models.CharField(max_length=8, null=True)  # noqa: DJ001 - null: of every source
    requests = models.IntegerField()
    done = models.IntegerField()
    stopped = models.IntegerField()
    interrupted = models.IntegerField()
    failed = models.IntegerField()
    good = models.IntegerField(
        help_text="Done within the team's limits; what an engine does not tell is not within them."
    )
    prompt_tokens = models.BigIntegerField()
    cached_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    busy_us = models.BigIntegerField(help_text="Prefill and decode together, over all requests.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "level", "team_id", "user_id", "key_id", "profile", "source"],
                name="one_rollup_per_hour_and_level",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["level", "team_id", "hour"], name="rollup_level_team_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.hour:%Y-%m-%d %H}"


class Histogram(models.Model):
    """How a metric was spread in a rollup: sparse logarithmic buckets, 2 % wide each.

    A value v of at least 1 falls in bucket ⌊ln v / ln 1.02⌋; smaller ones in bucket 0. `buckets`
    are in no order; `counts` says how many values each holds.
    """

    rollup = models.ForeignKey(Rollup, on_delete=models.CASCADE, related_name="histograms")
    metric = models.CharField(max_length=8, choices=Metric.choices)
    buckets = ArrayField(models.SmallIntegerField())
    counts = ArrayField(models.IntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollup", "metric"], name="one_histogram_per_metric"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} of rollup {self.rollup_id}"


class Watermark(models.Model):
    """How far the rollups are: every hour before `until` has been summed at least once."""

    name = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until:%Y-%m-%d %H:%M}"


class Limits(models.Model):
    """How fast a team wants its answers, in milliseconds; null asks nothing. For goodput."""

    team_id = models.BigIntegerField(unique=True)
    ttft_ms = models.PositiveIntegerField(null=True, blank=True)
    tpot_ms = models.PositiveIntegerField(null=True, blank=True)
    e2e_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "limits"

    def __str__(self) -> str:
        return f"limits of team {self.team_id}"


class Price(models.Model):
    """What a profile costs from a day on: by the million tokens, or by the hour that it is busy."""

    profile = models.CharField(max_length=60)
    since = models.DateField()
    prompt_per_million = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    cached_per_million = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    output_per_million = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    per_busy_hour = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "since"], name="one_price_per_day"),
            models.CheckConstraint(
                condition=Q(prompt_per_million__gte=0)
                & Q(cached_per_million__gte=0)
                & Q(output_per_million__gte=0)
                & Q(per_busy_hour__gte=0),
                name="no_price_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} since {self.since}"
