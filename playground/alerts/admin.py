"""Alerts for the site's staff: states, without names and addresses that people wrote."""

from django.contrib import admin

from inference.staff import ListedAdmin, ReadOnlyAdmin
from playground.alerts.models import Incident, Message, Rule


@admin.register(Rule)
class RuleAdmin(ListedAdmin):
    list_display = ("id", "team", "measure", "profile", "limit", "value", "looked_at")
    list_filter = ("measure",)
    list_select_related = ("team",)
    search_fields = ("=id", "=team__id", "=profile")
    ordering = ("-id",)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("id", "rule", "began_at", "ended_at", "value", "worst", "limit")
    list_select_related = ("rule",)
    search_fields = ("=rule__id",)
    ordering = ("-id",)


@admin.register(Message)
class MessageAdmin(ListedAdmin):
    list_display = ("id", "rule", "change", "channel", "attempts", "next_at", "sent_at")
    list_filter = ("channel", "change")
    list_select_related = ("rule",)
    search_fields = ("=rule__id",)
    ordering = ("-id",)
