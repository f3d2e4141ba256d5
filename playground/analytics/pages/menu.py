"""The pages by their place in the address, in the order of their tabs."""

from collections.abc import Callable, Mapping

from playground.analytics.charts import Page
from playground.analytics.filters import Asked
from playground.analytics.pages import cost, latency, load, overview, requests, settings
from playground.analytics.pages.breakdown import Breakdown

OVERVIEW = "overview"
PAGES: Mapping[str, tuple[str, Callable[[Asked], Page]]] = {
    OVERVIEW: ("Overview", overview.build),
    "teams": ("Teams", Breakdown("team", "Teams", "Team")),
    "people": ("People", Breakdown("user", "People", "Person")),
    "models": ("Models", Breakdown("profile", "Models", "Model")),
    "keys": ("Keys", Breakdown("key", "Keys", "Key")),
    "sources": ("Sources", Breakdown("source", "Sources", "Source")),
    "settings": ("Settings", settings.build),
    "latency": ("Latency", latency.build),
    "load": ("Load", load.build),
    "requests": ("Requests", requests.build),
    "cost": ("Cost", cost.build),
}
SITE_ONLY = {"teams"}


def pages_of(site: bool) -> dict[str, str]:
    """Their names, of the whole site's or of a team's."""
    return {slug: name for slug, (name, _) in PAGES.items() if site or slug not in SITE_ONLY}
