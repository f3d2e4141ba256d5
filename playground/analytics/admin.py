"""Sums for reading; prices and a team's limits are set here."""

from django.contrib import admin

from inference.staff import ReadOnlyAdmin
from playground.analytics.models import (
    Histogram,
    Limits,
    Price,
    Rollup,
    Stretch,
    Summed,
    Watermark,
)
from playground.analytics.sampling import QueueSample


@admin.register(Rollup)
class RollupAdmin(ReadOnlyAdmin):
    list_display = (
        "hour", "level", "team_id", "user_id", "profile", "source", "requests", "failed",
        "prompt_tokens", "output_tokens",
    )  # fmt: skip
    list_filter = ("level",)
    search_fields = ("=team_id", "=user_id", "=profile")
    ordering = ("-id",)


@admin.register(Histogram)
class HistogramAdmin(ReadOnlyAdmin):
    list_display = ("pk", "rollup")
    list_select_related = ("rollup",)
    search_fields = ("=rollup__id",)
    ordering = ("-pk",)


@admin.register(Watermark)
class WatermarkAdmin(ReadOnlyAdmin):
    list_display = ("name", "until")
    search_fields = ("name",)


@admin.register(Summed)
class SummedAdmin(ReadOnlyAdmin):
    list_display = ("first_day", "days")
    list_filter = ("days",)
    search_fields = ("=first_day",)
    ordering = ("-first_day", "days")


@admin.register(Stretch)
class StretchAdmin(ReadOnlyAdmin):
    list_display = (
        "first_day", "days", "level", "team_id", "user_id", "profile", "source", "requests",
    )  # fmt: skip
    list_filter = ("level", "days")
    search_fields = ("=team_id", "=user_id", "=profile")
    ordering = ("-id",)


@admin.register(QueueSample)
class QueueSampleAdmin(ReadOnlyAdmin):
    list_display = ("at", "profile", "waiting", "running", "workers", "oldest_s")
    search_fields = ("=profile",)
    ordering = ("-id",)


@admin.register(Limits)
class LimitsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("team_id", "ttft_ms", "tpot_ms", "e2e_ms")
    search_fields = ("=team_id",)
    ordering = ("team_id",)


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A new price is a new row from a day on: what was spent before keeps its price."""

    list_display = (
        "profile", "since", "prompt_per_million", "cached_per_million", "output_per_million",
        "per_busy_hour", "currency",
    )  # fmt: skip
    list_filter = ("currency",)
    search_fields = ("profile",)
    ordering = ("profile", "-since")
