"""Prompts with every version they had, and presets of decoding settings."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from playground.accounts.models import Team
from playground.prompts.variables import names_in


class Prompt(models.Model):
    """A named prompt. What it says is in its versions; the newest counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="prompts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    description = models.TextField(default="", blank=True, max_length=2000)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    versions_made = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, help_text="Put away: out of the lists, kept.")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    words = SearchVectorField(null=True, help_text="What it is found by (see search.py).")

    class Meta:
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="prompt_team_recent"),
            GinIndex(fields=["tags"], name="prompt_tags"),
            GinIndex(fields=["words"], name="prompt_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("prompt", args=[self.public_id])


class PromptVersion(models.Model):
    """What a prompt said at one time. Never changed: an edit or a restore makes another."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    messages = models.JSONField(help_text="As a comparison's: role and content of each turn.")
    variables = models.JSONField(
        default=dict, help_text="The value that each {{variable}} starts with."
    )
    note = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="one_number_per_prompt"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of prompt {self.prompt_id}"

    @property
    def starting_values(self) -> dict[str, str]:
        """The variables in the order of the text: the database keeps none."""
        text = "\n".join(turn["content"] for turn in self.messages)
        return {name: self.variables.get(name, "") for name in names_in(text)}


class Preset(models.Model):
    """Decoding settings under a name, for their author alone or for the team."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="presets")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    description = models.TextField(default="", blank=True, max_length=2000)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    shared = models.BooleanField(default=False)
    profile = models.CharField(max_length=60, default="", blank=True)
    settings = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    words = SearchVectorField(null=True, help_text="What it is found by (see search.py).")

    class Meta:
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="preset_team_recent"),
            GinIndex(fields=["words"], name="preset_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("preset", args=[self.public_id])
