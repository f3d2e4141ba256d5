"""The number beside Inbox in the navigation."""

from typing import Any

from django import template

from playground.discussion.access import notices_of

register = template.Library()
SHOWN = 99


@register.simple_tag(takes_context=True)
def unread_count(context: dict[str, Any]) -> str:
    """How many notices the person has not read; "" for none, and 99+ for more than fit."""
    unread = notices_of(context["request"].user).filter(read_at=None)
    count = unread[: SHOWN + 1].count()
    return f"{SHOWN}+" if count > SHOWN else str(count or "")
