"""Comments on runs, and what each person has not read yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from inference.models import Generation
from playground.accounts.models import Team
from playground.compare.models import Comparison


class Comment(models.Model):
    """Something said about a run, or about a span of one answer.

    A span is `start_character` up to, not including, `end_character` of the generation's text, in
    code points. `first_token` and `last_token` index its output tokens, from 0, both included;
    null where the engine did not say which tokens brought which text (see spans.py).
    """

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="comments")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    body = models.TextField(max_length=4000)
    generation = models.ForeignKey(
        Generation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    start_character = models.PositiveIntegerField(null=True)
    end_character = models.PositiveIntegerField(null=True)
    first_token = models.PositiveIntegerField(null=True)
    last_token = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["comparison", "id"], name="comment_comparison")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    generation=None,
                    start_character=None,
                    end_character=None,
                    first_token=None,
                    last_token=None,
                )
                | Q(
                    generation__isnull=False,
                    start_character__isnull=False,
                    end_character__isnull=False,
                    start_character__lt=models.F("end_character"),
                ),
                name="a_span_has_a_generation",
            ),
            models.CheckConstraint(
                condition=Q(first_token=None, last_token=None)
                | Q(
                    first_token__isnull=False,
                    last_token__isnull=False,
                    first_token__lte=models.F("last_token"),
                ),
                name="tokens_from_first_to_last",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on comparison {self.comparison_id}"


class Notice(models.Model):
    """One line of a person's inbox: someone mentioned them, or answered where they spoke."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        REPLY = "reply"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="notice_user_recent")]
        constraints = [
            models.UniqueConstraint(fields=["user", "comment"], name="one_notice_per_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id} in comment {self.comment_id}"
