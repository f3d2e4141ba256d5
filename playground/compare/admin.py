"""Sessions and runs for the site's staff. A title is a prompt's first line, so none is shown."""

from django.contrib import admin

from inference.staff import ListedAdmin
from playground.compare.models import Case, Comparison, Draft, Lane, Sample, Session, SetAside


@admin.register(Session)
class SessionAdmin(ListedAdmin):
    list_display = ("public_id", "team", "author", "shared", "runs", "created_at", "updated_at")
    list_filter = ("shared",)
    list_select_related = ("team", "author")
    search_fields = ("=public_id", "team__name", "author__email")
    ordering = ("-id",)


@admin.register(Comparison)
class ComparisonAdmin(ListedAdmin):
    """Its key is the request id in logs and traces."""

    list_display = (
        "id", "session_id", "number", "team", "author", "source", "shared", "profiles", "statuses",
        "key", "created_at",
    )  # fmt: skip
    list_filter = ("source", "shared")
    list_select_related = ("team", "author")
    search_fields = ("=id", "=key", "=session__public_id", "team__name", "author__email")
    ordering = ("-id",)


@admin.register(Lane)
class LaneAdmin(ListedAdmin):
    list_display = ("id", "comparison_id", "team", "position", "profile", "preset_id")
    list_select_related = ("team",)
    search_fields = ("=comparison__id", "=profile")
    ordering = ("-id",)


@admin.register(Case)
class CaseAdmin(ListedAdmin):
    list_display = ("id", "comparison_id", "team", "number")
    list_select_related = ("team",)
    search_fields = ("=comparison__id",)
    ordering = ("-id",)


@admin.register(Sample)
class SampleAdmin(ListedAdmin):
    list_display = ("id", "lane_id", "case_id", "team", "number", "generation_id")
    list_select_related = ("team",)
    search_fields = ("=generation__id", "=lane__comparison__id")
    ordering = ("-id",)


@admin.register(Draft)
class DraftAdmin(ListedAdmin):
    list_display = ("id", "user", "team", "session_id", "revision", "updated_at")
    list_select_related = ("user", "team")
    search_fields = ("user__email", "team__name")
    ordering = ("-id",)


@admin.register(SetAside)
class SetAsideAdmin(ListedAdmin):
    list_display = ("id", "draft_id", "at")
    search_fields = ("=draft__id", "draft__user__email")
    ordering = ("-id",)
