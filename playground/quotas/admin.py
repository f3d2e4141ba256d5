"""Where the site's staff set quotas. Each change stands in the team's audit log."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from inference.staff import BoundedPaginator
from playground.accounts.audit import origin_of, record
from playground.accounts.models import AuditAction
from playground.quotas.models import Quota

LIMITS = ("tokens_a_month", "requests_a_minute")


@admin.register(Quota)
class QuotaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    paginator = BoundedPaginator
    show_full_result_count = False
    list_display = ("team", *LIMITS)
    list_select_related = ("team",)
    search_fields = ("=team__id", "team__name", "=team__public_id")
    autocomplete_fields = ("team",)
    ordering = ("team_id",)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A quota stays with its team."""
        return ("team",) if obj else ()

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Quota, form: Any, change: bool) -> None:
        before = Quota.objects.filter(pk=obj.pk).values(*LIMITS).first() or dict.fromkeys(LIMITS)
        super().save_model(request, obj, form, change)
        _record(request, obj, before, {name: getattr(obj, name) for name in LIMITS})

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Quota) -> None:
        before = {name: getattr(obj, name) for name in LIMITS}
        super().delete_model(request, obj)
        _record(request, obj, before, dict.fromkeys(LIMITS))


def _record(
    request: HttpRequest, quota: Quota, before: dict[str, Any], after: dict[str, Any]
) -> None:
    changed = {
        name: {"from": before[name], "to": after[name]}
        for name in LIMITS
        if before[name] != after[name]
    }
    if changed:
        record(quota.team, origin_of(request), AuditAction.QUOTA_CHANGED, "the quota", **changed)
