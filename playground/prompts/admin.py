"""The libraries for the site's staff: what is there and whose it is, not what it says."""

from django.contrib import admin

from inference.staff import ListedAdmin
from playground.prompts.models import Preset, Prompt, PromptVersion


@admin.register(Prompt)
class PromptAdmin(ListedAdmin):
    list_display = (
        "public_id",
        "name",
        "team",
        "author",
        "versions_made",
        "updated_at",
        "archived_at",
    )
    list_filter = (("archived_at", admin.EmptyFieldListFilter),)
    list_select_related = ("team", "author")
    search_fields = ("=public_id", "name", "team__name", "author__email")
    ordering = ("-id",)


@admin.register(PromptVersion)
class PromptVersionAdmin(ListedAdmin):
    list_display = ("prompt_id", "number", "team", "author", "created_at")
    list_select_related = ("team", "author")
    search_fields = ("=prompt__public_id", "team__name", "author__email")
    ordering = ("-id",)


@admin.register(Preset)
class PresetAdmin(ListedAdmin):
    list_display = ("public_id", "name", "team", "author", "shared", "profile", "updated_at")
    list_filter = ("shared",)
    list_select_related = ("team", "author")
    search_fields = ("=public_id", "name", "team__name", "author__email")
    ordering = ("-id",)
