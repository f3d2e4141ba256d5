"""What every page shows of a person's teams, and what they may do in the current one."""

from typing import Any

from django import template
from django.db.models import QuerySet

from playground.accounts.models import Team
from playground.accounts.roles import Permission, allows

register = template.Library()


@register.simple_tag(takes_context=True)
def my_teams(context: dict[str, Any]) -> QuerySet[Team]:
    """The person's teams by name, for the menu that switches."""
    user = context["request"].user
    return Team.objects.filter(memberships__user=user, deleted_at=None).order_by("name", "id")


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str) -> bool:
    """`{% may "INVITE" as yes %}`: whether the page's membership allows it."""
    return allows(context["request"].membership.role, Permission[permission])


@register.simple_tag(takes_context=True)
def current_area(context: dict[str, Any]) -> str:
    """Where the page stands in the navigation: what its view was given by `@page`. A tag, since a
    template that comes upon a view on its way to an attribute calls it."""
    match = context["request"].resolver_match
    return getattr(match.func, "area", "") if match else ""


@register.filter
def action_words(action: str) -> str:
    """“Member role changed”, for `member.role_changed`."""
    return action.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def field_words(name: str) -> str:
    """“Shares by default”, for `shares_by_default`."""
    return name.replace("_", " ").capitalize()


@register.filter
def yes_words(value: object) -> str:
    """Yes and no for true and false; anything else as it is."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
