"""The number beside Inbox in the navigation."""

from typing import Any

from django import template

from playground.discussion.models import Notice

register = template.Library()
SHOWN = 99


@register.simple_tag(takes_context=True)
def unread_count(context: dict[str, Any]) -> str:
    """How many notices the person has not read; "" for none, and 99+ for more than fit."""
    unread = Notice.objects.filter(user=context["request"].user, read_at=None)
    count = unread[: SHOWN + 1].count()
    return f"{SHOWN}+" if count > SHOWN else str(count or "")
