"""`{% may_link comparison as yes %}`: whether the page may offer share links to a run."""

from typing import Any

from django import template

from playground.compare.models import Comparison
from playground.sharing import access

register = template.Library()


@register.simple_tag(takes_context=True)
def may_link(context: dict[str, Any], comparison: Comparison) -> bool:
    """Whether the person on this page may make links to the run."""
    return access.may_link(context["request"].membership, comparison)
