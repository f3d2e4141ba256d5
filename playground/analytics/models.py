"""Hourly sums of what was generated, kept when the rows themselves are gone.

One row sums one hour at one level: a level says which of team, user, key, profile and source the
row is of, and the others are null. The finest has all of them, for drilling down; the coarser ones
are there so that a page over ninety days reads thousands of rows and not millions. Days and weeks
are summed from hours to the same end.
"""

from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    """Which columns of a rollup are set. `site` is everything; staff alone see it."""

    SITE = "site"
    SITE_PROFILE = "site_profile"
    SITE_SOURCE = "site_source"
    SITE_PROFILE_SOURCE = "site_profile_source"
    TEAM = "team"
    TEAM_USER = "team_user"
    TEAM_KEY = "team_key"
    TEAM_PROFILE = "team_profile"
    TEAM_SOURCE = "team_source"
    TEAM_PROFILE_SOURCE = "team_profile_source"
    FINEST = "finest"


class Metric(models.TextChoices):
    """What is kept as a histogram. Durations are in microseconds."""

    QUEUE = "queue"
    PREFILL = "prefill"
    TTFT = "ttft"
    TPOT = "tpot"
    ITL = "itl"
    E2E = "e2e"


class Counted(models.Model):
    """What is counted at one level, over an hour or longer. Null: of every one, summed over."""

    level = models.CharField(max_length=20, choices=Level.choices)
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
        abstract = True


class Measured(models.Model):
    """How each metric was spread, as kept histograms (see buckets.py); empty: nothing measured."""

    queue = models.BinaryField(default=b"")
    prefill = models.BinaryField(default=b"")
    ttft = models.BinaryField(default=b"")
    tpot = models.BinaryField(default=b"")
    itl = models.BinaryField(default=b"")
    e2e = models.BinaryField(default=b"")

    class Meta:
        abstract = True


class Rollup(Counted):
    """The sums of one hour at one level, by when the generations ended."""

    hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "level", "team_id", "user_id", "key_id", "profile", "source"],
                name="one_rollup_per_hour_and_level",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["level", "hour", "team_id", "user_id"], name="rollup_level_hour"),
            models.Index(
                fields=["user_id", "team_id", "hour"],
                name="rollup_teams_of_user",
                condition=Q(level="team_user"),
            ),
            # What a chart of hours asks of one person or one model, without the rows themselves.
            models.Index(
                fields=["hour", "user_id"],
                include=[
                    "team_id",
                    "key_id",
                    "profile",
                    "source",
                    "requests",
                    "output_tokens",
                    "busy_us",
                ],
                name="rollup_finest_of_hour",
                condition=Q(level="finest"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.hour:%Y-%m-%d %H}"


class Histogram(Measured):
    """The histograms of a rollup: apart from it, for most pages read sums of many hours alone."""

    rollup = models.OneToOneField(
        Rollup, on_delete=models.CASCADE, primary_key=True, related_name="histogram"
    )

    def __str__(self) -> str:
        return f"histograms of rollup {self.rollup_id}"


class Stretch(Counted, Measured):
    """Sums and histograms of a whole UTC day, or of a week from Monday on: what a page over months
    is read from, and not from hours."""

    first_day = models.DateField()
    days = models.SmallIntegerField(help_text="1 or 7.")

    class Meta:
        verbose_name_plural = "stretches"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "first_day", "days", "level", "team_id", "user_id", "key_id", "profile",
                    "source",
                ],
                name="one_stretch_per_level",
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.level} of {self.days} days from {self.first_day}"


class Summed(models.Model):
    """That a day or a week is summed, and as its hours are now: summing one of them anew takes
    this away."""

    first_day = models.DateField()
    days = models.SmallIntegerField()

    class Meta:
        verbose_name_plural = "summed"
        constraints = [
            models.UniqueConstraint(fields=["first_day", "days"], name="summed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days from {self.first_day}"


class Watermark(models.Model):
    """How far something is. `rollups`: every hour before `until` has been summed at least once.
    `removed`: generations that ended before `until` may be gone."""

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
