"""What was asked of an engine and what came of it. The rows here are the truth; Valkey relays.

A team and a person are plain numbers here (`team_id`, `user_id`): the worker side knows that an
owner exists, to keep caches apart and to meter, but not what a team is.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from inference.metrics import figures


class Status(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


TERMINAL = (Status.DONE, Status.STOPPED, Status.INTERRUPTED, Status.FAILED)
MAX_ATTEMPTS = 3


class Source(models.TextChoices):
    BROWSER = "browser"
    API = "api"
    IMPORT = "import"


class Generation(models.Model):
    """One answer: the request as resolved, its lease while running, and the result.

    Durations are in microseconds, null where the engine could not know. `gaps_us` holds, for each
    engine step after the first, the time since the step before; `step_tokens` how many tokens
    each step brought, so that tokens that came together are not given invented gaps;
    `step_characters` how many characters of `text`, so that a place in the text has its tokens.
    With speculation, `drafted_steps` and `accepted_steps` hold for each step that checked guesses
    how many tokens were guessed and how many of them kept; steps without a guess are in neither.
    `scored_logprobs` are the natural-log probabilities of the prompt's tokens from number
    `scored_from` on, those of the last message's words, where a score of the prompt was asked for.
    An answer may begin with tokens that were given: `beginning_ids`, which say `beginning_text`.
    They are in neither `prompt_token_ids` nor `token_ids`, and `text` is what follows them.
    Of a `sequence`, a turn begins when all turns before it have ended; until then `turn_at` is null
    and nobody runs it, and its times count from then. `load_running` and `load_waiting` say what
    else the engine had when it began, apart from what the same request asked for.
    """

    # who and where
    team_id = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.BROWSER)
    request_id = models.CharField(
        max_length=64, default="", db_default="", help_text="Of the request, as logs name it."
    )
    # what was asked
    profile = models.CharField(max_length=60)
    messages = models.JSONField()
    settings = models.JSONField(help_text="The decoding settings as resolved.")
    seed = models.BigIntegerField()
    beginning_ids = ArrayField(models.IntegerField(), null=True)
    beginning_text = models.TextField(default="", db_default="")
    # where it stands
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_owner = models.CharField(max_length=120, default="", db_default="")
    lease_until = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False, db_default=False)
    sent_at = models.DateTimeField(null=True, help_text="When a task was last put on the queue.")
    sequence = models.BigIntegerField(
        null=True, help_text="What takes turns with it: the id of the first of them."
    )
    turn = models.PositiveIntegerField(null=True)
    turn_at = models.DateTimeField(null=True, help_text="When it became its turn.")
    accepted_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # what came
    text = models.TextField(default="", db_default="")
    prompt_token_ids = ArrayField(models.IntegerField(), null=True)
    token_ids = ArrayField(models.IntegerField(), null=True)
    step_tokens = ArrayField(models.IntegerField(), null=True)
    step_characters = ArrayField(models.IntegerField(), null=True)
    gaps_us = ArrayField(models.IntegerField(), null=True)
    logprobs = models.JSONField(null=True)
    drafted_steps = ArrayField(models.IntegerField(), null=True)
    accepted_steps = ArrayField(models.IntegerField(), null=True)
    scored_logprobs = ArrayField(models.FloatField(), null=True)
    scored_from = models.IntegerField(null=True)
    finish_reason = models.CharField(max_length=12, default="", db_default="")
    error = models.TextField(default="", db_default="")
    # figures
    prompt_tokens = models.IntegerField(null=True)
    cached_tokens = models.IntegerField(null=True)
    output_tokens = models.IntegerField(null=True)
    drafted_tokens = models.IntegerField(null=True)
    accepted_tokens = models.IntegerField(null=True)
    dispatch_us = models.BigIntegerField(null=True)
    queue_us = models.BigIntegerField(null=True)
    prefill_us = models.BigIntegerField(null=True)
    decode_us = models.BigIntegerField(null=True)
    ttft_us = models.BigIntegerField(null=True)
    client_ttft_us = models.BigIntegerField(null=True)
    e2e_us = models.BigIntegerField(null=True)
    load_running = models.IntegerField(null=True)
    load_waiting = models.IntegerField(null=True)
    # what made it
    engine = models.CharField(max_length=20, default="", db_default="")
    engine_version = models.CharField(max_length=60, default="", db_default="")
    engine_flags = models.JSONField(null=True)
    model = models.CharField(max_length=200, default="", db_default="")
    model_revision = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["profile", "id"], name="generation_queue", condition=Q(status="queued")
            ),
            models.Index(
                fields=["lease_until"], name="generation_lease", condition=Q(status="running")
            ),
            models.Index(
                fields=["sequence", "turn"],
                name="generation_turns",
                condition=Q(sequence__isnull=False, status__in=["queued", "running"]),
            ),
            models.Index(fields=["team_id", "-accepted_at", "-id"], name="generation_team_time"),
            models.Index(
                fields=["finished_at"],
                name="generation_finished",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"generation {self.pk} ({self.status})"

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def whole_text(self) -> str:
        """The answer as it is read: what was given of it, and what was made."""
        return self.beginning_text + self.text

    def metrics(self) -> dict[str, Any]:
        """The figures that pages and the API show; see `inference.metrics.figures`."""
        return figures(self)


class Attempt(models.Model):
    """One try at a generation by one worker, with what it had shown when it ended."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="", db_default="")
    reason = models.TextField(default="", db_default="")
    text = models.TextField(
        default="", db_default="", help_text="Kept here only when the attempt was not the last."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="one_row_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of generation {self.generation_id}"
