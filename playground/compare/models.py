"""Sessions, comparisons, and what a comparison is made of: cases × lanes × samples.

A generation answers one sample: one lane's settings, applied to one case's variables, for the
n-th time. Each row carries its team, so that no query needs a join to stay inside it.
"""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.urls import reverse

from inference.analysis.fairness import MODES
from inference.models import Generation, Source
from playground.accounts.models import Membership, Team
from playground.prompts.models import Preset, PromptVersion


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, membership: Membership) -> Self:
        """What is shared with the team, what the person began, and what holds a run of either.

        The first such run's number, where EXISTS would do: of that, Postgres makes a table of all
        runs that the person may see, to list thirty sessions.
        """
        me = membership.user_id
        held = Comparison.objects.filter(session=OuterRef("pk")).filter(
            Q(shared=True) | Q(author_id=me)
        )
        first = Subquery(held.order_by("number").values("number")[:1])
        return self.filter(team_id=membership.team_id).filter(
            Q(shared=True) | Q(author_id=me) | Q(GreaterThan(first, 0))
        )


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def visible_to(self, membership: Membership) -> Self:
        """The team's shared runs, and the person's own."""
        return self.filter(team_id=membership.team_id).filter(
            Q(shared=True) | Q(author_id=membership.user_id)
        )


class Session(models.Model):
    """A line of work: one page in the history, holding the comparisons run on it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sessions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="sessions"
    )
    title = models.CharField(max_length=120)
    shared = models.BooleanField(
        default=False, db_default=False, help_text="Its runs to come are seen by the whole team."
    )
    runs = models.PositiveIntegerField(default=0, help_text="How many comparisons it holds.")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

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
    prompt_version = models.ForeignKey(
        PromptVersion, on_delete=models.SET_NULL, null=True, related_name="comparisons"
    )
    lane_order = models.CharField(
        max_length=12,
        choices=[(mode, mode) for mode in MODES],
        default="concurrent",
        db_default="concurrent",
    )
    lane_order_seed = models.BigIntegerField(null=True)
    repeats = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, db_index=False, related_name="repetitions"
    )
    created_at = models.DateTimeField(db_default=Now())
    # what people add to it
    shared = models.BooleanField(
        default=False, db_default=False, help_text="Seen by the team, not by its author alone."
    )
    name = models.CharField(max_length=120, default="", db_default="", blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    pinned_at = models.DateTimeField(null=True)
    # what the history looks through, filled in when its generations have ended (see digest.py)
    digested_at = models.DateTimeField(null=True)
    profiles = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    statuses = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    ttft_us = models.BigIntegerField(null=True, help_text="The slowest lane's.")
    e2e_us = models.BigIntegerField(null=True, help_text="The slowest lane's.")
    output_tokens = models.IntegerField(null=True, help_text="Of all lanes together.")
    words = SearchVectorField(null=True, help_text="Prompt, outputs and name, stemmed.")
    code_words = SearchVectorField(null=True, help_text="The same, split at every sign.")

    objects: ClassVar[ComparisonQuerySet] = ComparisonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_number_per_session"),
            models.UniqueConstraint(fields=["team", "key"], name="one_run_per_key"),
        ]
        indexes = [
            models.Index(
                fields=["team", "-created_at", "-id"],
                name="comparison_shared_recent",
                condition=Q(shared=True),
            ),
            models.Index(
                fields=["team", "author", "-created_at", "-id"], name="comparison_author_recent"
            ),
            models.Index(
                fields=["team", "author", "-created_at", "-id"],
                name="comparison_author_shared",
                condition=Q(shared=True),
            ),
            models.Index(
                fields=["team", "-pinned_at", "-id"],
                name="comparison_pinned",
                condition=Q(pinned_at__isnull=False),
            ),
            models.Index(
                fields=["team", "-created_at"], name="comparison_tagged", condition=~Q(tags=[])
            ),
            models.Index(fields=["team", "ttft_us"], name="comparison_team_ttft"),
            models.Index(fields=["team", "e2e_us"], name="comparison_team_e2e"),
            models.Index(fields=["team", "output_tokens"], name="comparison_team_tokens"),
            models.Index(
                fields=["id"], name="comparison_undigested", condition=Q(digested_at=None)
            ),
            models.Index(
                fields=["repeats"],
                name="comparison_repeated",
                condition=Q(repeats__isnull=False),
            ),
            GinIndex(fields=["words"], name="comparison_words"),
            GinIndex(fields=["code_words"], name="comparison_code_words"),
            GinIndex(fields=["tags", "profiles", "statuses"], name="comparison_labels"),
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
    preset = models.ForeignKey(Preset, on_delete=models.SET_NULL, null=True, related_name="lanes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "position"], name="one_lane_per_place"),
        ]
        indexes = [
            GinIndex(fields=["settings"], name="lane_settings", opclasses=["jsonb_path_ops"]),
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


class Draft(models.Model):
    """What a person has on a workbench and has not run yet, kept as they type.

    One per person and session; `session` null is the new session's. `revision` counts the writes,
    and `tab` names the page that wrote last.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, related_name="drafts")
    state = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    tab = models.UUIDField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team", "session"],
                name="one_draft_per_page",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.user_id} in session {self.session_id}"


class SetAside(models.Model):
    """A draft as one tab had it when another tab's write took its place: nothing typed is lost."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="set_aside")
    state = models.JSONField()
    tab = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"set aside from draft {self.draft_id}"
