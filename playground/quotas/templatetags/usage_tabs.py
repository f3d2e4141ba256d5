"""`{% usage_tabs site as tabs %}`: the tabs of the usage pages, on the pages that stand beside."""

from django import template
from django.urls import reverse

from playground.analytics.pages.menu import OVERVIEW, pages_of

register = template.Library()


@register.simple_tag
def usage_tabs(site: bool) -> list[tuple[str, str]]:
    """Name and address of each."""
    prefix = "site_usage" if site else "usage"
    return [
        (name, reverse(prefix if slug == OVERVIEW else f"{prefix}_{slug}"))
        for slug, name in pages_of(bool(site)).items()
    ]
