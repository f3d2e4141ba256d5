"""Generations for the site's staff: when, where, how long, how it ended. Never what was said."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from inference.metrics import milliseconds
from inference.models import Attempt, Generation
from inference.profiles import profiles
from inference.staff import ReadOnlyAdmin

WRITTEN = (
    "messages", "text", "error", "prompt_token_ids", "token_ids", "step_tokens",
    "step_characters", "gaps_us", "logprobs", "drafted_steps", "accepted_steps", "scored_logprobs",
    "beginning_ids", "beginning_text",
)  # fmt: skip
"""What holds a prompt or an answer, or is as long as one."""
BIGGEST = 2**63 - 1


class OfferedProfile(admin.SimpleListFilter):
    """The profiles that there are; asking the rows for theirs would read all of them."""

    title = "profile"
    parameter_name = "profile"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(profile.name, profile.title) for profile in profiles().values()]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Generation]"
    ) -> "QuerySet[Generation]":
        return queryset.filter(profile=self.value()) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Found by its number, its team's, or the id of the request that asked for it."""

    list_display = (
        "id", "status", "profile", "team_id", "user_id", "source", "accepted_at", "attempt",
        "prompt_tokens", "output_tokens", "ttft_ms", "e2e_ms", "lease_owner",
    )  # fmt: skip
    list_filter = ("status", OfferedProfile, "source")
    search_fields = ("id",)
    search_help_text = "A generation's number, team:12, or a request id."
    ordering = ("-id",)
    exclude = WRITTEN

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Generation]":
        return super().get_queryset(request).defer(*WRITTEN)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Generation]", search_term: str
    ) -> "tuple[QuerySet[Generation], bool]":
        """Exact only: a part of a number or a word in a prompt is not searched for."""
        term = search_term.strip().replace("\x00", "")
        kind, _, number = term.rpartition(":")
        if not term:
            return queryset, False
        if number.isascii() and number.isdigit() and int(number) <= BIGGEST:
            field = "team_id" if kind == "team" else "id"
            return queryset.filter(**{field: int(number)}), False
        return queryset.filter(request_id=term), False

    @admin.display(description="TTFT, ms")
    def ttft_ms(self, row: Generation) -> float | None:
        return milliseconds(row.ttft_us)

    @admin.display(description="E2E, ms")
    def e2e_ms(self, row: Generation) -> float | None:
        return milliseconds(row.e2e_us)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("id", "generation_id", "number", "worker", "started_at", "ended_at", "outcome")
    list_filter = ("outcome",)
    search_fields = ("=generation__id", "=worker")
    ordering = ("-id",)
    exclude = ("text", "generation")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Attempt]":
        return super().get_queryset(request).defer("text")
