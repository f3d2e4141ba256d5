"""A team's usage, and the whole site's beside it, under the same names."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from playground.analytics.pages.menu import OVERVIEW, pages_of
from playground.analytics.views import export, show


def _patterns(prefix: str, called: str, site: bool) -> Iterator[URLPattern]:
    for slug in pages_of(site):
        given = {"name": slug, "site": site}
        if slug == OVERVIEW:
            yield path(prefix, show, given, name=called)
        else:
            yield path(f"{prefix}{slug}/", show, given, name=f"{called}_{slug}")
    route = f"{prefix}<slug:name>/<slug:table>.<slug:kind>"
    yield path(route, export, {"site": site}, name=f"export_{called}")


urlpatterns = [
    *_patterns("usage/site/", "site_usage", True),
    *_patterns("usage/", "usage", False),
]
