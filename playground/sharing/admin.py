"""Links for the site's staff: whose, until when, how often seen. A link is revoked on its page."""

from django.contrib import admin

from inference.staff import ReadOnlyAdmin
from playground.sharing.models import ShareLink


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnlyAdmin):
    list_display = (
        "hint", "comparison_id", "team", "author", "shows_prompt", "created_at", "expires_at",
        "revoked_at", "views", "viewed_at",
    )  # fmt: skip
    list_filter = ("shows_prompt", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("team", "author")
    search_fields = ("=hint", "=comparison__id", "team__name", "author__email")
    ordering = ("-id",)
    exclude = ("digest", "comparison")
