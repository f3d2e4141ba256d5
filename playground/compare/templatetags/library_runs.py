"""`{% runs_of_prompt prompt as n %}`: how many runs of the library's things a person may see."""

from typing import Any

from django import template

from playground.compare.library_runs import runs_with_preset, runs_with_prompt
from playground.prompts.models import Preset, Prompt

register = template.Library()


@register.simple_tag(takes_context=True)
def runs_of_prompt(context: dict[str, Any], prompt: Prompt) -> int:
    """The number on a prompt's tab."""
    return runs_with_prompt(context["request"].membership, prompt).count()


@register.simple_tag(takes_context=True)
def runs_of_preset(context: dict[str, Any], preset: Preset) -> int:
    """The number on a preset's tab."""
    return runs_with_preset(context["request"].membership, preset).count()
