"""`{{ seconds|span }}`: how long something lasted."""

from django import template

register = template.Library()
UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


@register.filter
def span(seconds: int) -> str:
    """“12 min”, “3 h 5 min”, “2 d 4 h”: the two largest units that say something."""
    parts = []
    for size, name in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "under a minute"
