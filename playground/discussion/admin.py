"""Comments and notices for the site's staff: that they are there, not what they say."""

from django.contrib import admin

from inference.staff import ListedAdmin
from playground.discussion.models import Comment, Notice


@admin.register(Comment)
class CommentAdmin(ListedAdmin):
    list_display = (
        "id",
        "comparison_id",
        "generation_id",
        "team",
        "author",
        "created_at",
        "edited_at",
    )
    list_select_related = ("team", "author")
    search_fields = ("=comparison__id", "team__name", "author__email")
    ordering = ("-id",)


@admin.register(Notice)
class NoticeAdmin(ListedAdmin):
    list_display = ("id", "user", "team", "kind", "comment_id", "created_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("user", "team")
    search_fields = ("user__email", "team__name")
    ordering = ("-id",)
