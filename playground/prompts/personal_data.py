"""What a person wrote into the libraries of the teams they are in."""

from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data, private_data
from playground.prompts.models import Preset, PromptVersion


@personal_data("prompts")
def prompts(user: User) -> Rows:
    """Every version that they wrote."""
    found = PromptVersion.objects.filter(author=user, team__memberships__user=user).order_by("id")
    for version in found.select_related("team", "prompt").iterator():
        yield {
            "team": version.team.name,
            "prompt": version.prompt.name,
            "version": version.number,
            "messages": version.messages,
            "variables": version.variables,
            "note": version.note,
            "created_at": version.created_at,
        }


@personal_data("presets")
def presets(user: User) -> Rows:
    found = Preset.objects.filter(author=user, team__memberships__user=user).order_by("id")
    for preset in found.select_related("team").iterator():
        yield {
            "team": preset.team.name,
            "name": preset.name,
            "description": preset.description,
            "tags": preset.tags,
            "shared": preset.shared,
            "profile": preset.profile,
            "settings": preset.settings,
            "updated_at": preset.updated_at,
        }


@private_data
def forget_private_presets(user: User) -> None:
    """Presets that nobody else could see."""
    Preset.objects.filter(author=user, shared=False).delete()
