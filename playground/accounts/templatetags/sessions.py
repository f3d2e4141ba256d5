"""`{{ session.user_agent|browser }}`: a browser and its system, as people name them."""

from django import template

register = template.Library()

# The first that is found counts: most browsers also claim to be others, named further down.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(agent: str) -> str:
    """“Firefox on Linux”; what was sent, shortened, where it is nothing known."""
    name = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((system for mark, system in SYSTEMS if mark in agent), "")
    return " on ".join(filter(None, (name, system))) or agent[:60] or "An unnamed client"
