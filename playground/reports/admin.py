"""Who gets reports, for the site's staff; without the secret of the link."""

from django.contrib import admin

from inference.staff import ListedAdmin
from playground.reports.models import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(ListedAdmin):
    list_display = ("user", "team", "zone", "sent_for", "sent_at")
    list_select_related = ("user", "team")
    search_fields = ("user__email", "=team__id")
    ordering = ("-id",)
