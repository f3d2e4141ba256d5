"""Sessions, comparisons, and what a comparison is made of: cases × lanes × samples.

A generation answers one sample: one lane's settings, applied to one case's variables, for the
n-th time. Each row carries its team, so that no query needs a join to stay inside it.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from inference.models import Generation, Source
from playground.accounts.models import Team


class Session(models.Model):
    """A line of work: one page in the history, holding the comparisons run on it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sessions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="sessions"
    )
    title = models.CharField(max_length=120)
    runs = models.PositiveIntegerField(default=0, help_text="How many comparisons it holds.")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="session_team_recent"),
            GinIndex(SearchVector("title", config="english"), name="session_title_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.public_id])


class Comparison(models.Model):
    """One press of Run: the messages, and the lanes they were sent to."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="comparisons")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.BROWSER)
    number = models.PositiveIntegerField()
    key = models.UUIDField(help_text="Drawn by the client: sending a run twice runs it once.")
    messages = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_number_per_session"),
            models.UniqueConstraint(fields=["team", "key"], name="one_run_per_key"),
        ]

    def __str__(self) -> str:
        return f"run {self.number} of session {self.session_id}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.session.public_id, self.number])


class Case(models.Model):
    """One set of values for the prompt's variables."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="cases")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=1)
    variables = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "number"], name="one_case_per_number"),
        ]

    def __str__(self) -> str:
        return f"case {self.number} of comparison {self.comparison_id}"


class Lane(models.Model):
    """One column: an engine profile with decoding settings, as the person set them."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="lanes")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    profile = models.CharField(max_length=60)
    settings = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "position"], name="one_lane_per_place"),
        ]

    def __str__(self) -> str:
        return f"lane {self.position} of comparison {self.comparison_id}"


class Sample(models.Model):
    """The n-th answer of a lane to a case, and the generation that gives it."""

    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="samples")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="samples")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="sample")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lane", "case", "number"], name="one_generation_per_sample"
            ),
        ]

    def __str__(self) -> str:
        return f"sample {self.number} of lane {self.lane_id}"
