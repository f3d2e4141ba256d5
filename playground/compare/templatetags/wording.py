"""`{{ value|figure:"duration" }}` and `{{ status|status_word }}`: figures and statuses in words."""

from typing import Any

from django import template

from playground.compare.wording import STATUSES, written

register = template.Library()


@register.filter
def figure(value: Any, unit: str) -> str:
    """A figure of this unit; a dash where it is unknown."""
    return written(value, unit)


@register.filter
def status_word(status: str) -> str:
    """What a person reads for a generation's status."""
    return STATUSES.get(status, status)
