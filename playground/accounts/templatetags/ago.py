"""`{{ moment|ago }}`: how long ago, in the few characters that a list has room for."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()

STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (7 * 86_400, 86_400, "d"))


@register.filter
def ago(moment: datetime) -> str:
    """“now”, “4 min ago”, “3 h ago”, “2 d ago”; the date after a week."""
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 10:
        return "now"
    for limit, unit, name in STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {name} ago"
    return date_format(moment, "j M Y")
