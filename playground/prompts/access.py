"""The one door to prompts and presets: what a person may see and change of the library."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from playground.accounts.access import Forbidden, require
from playground.accounts.models import Membership
from playground.accounts.roles import Permission, allows
from playground.prompts.models import Preset, Prompt, PromptVersion


def prompts_of(membership: Membership) -> QuerySet[Prompt]:
    """The team's prompts."""
    return Prompt.objects.filter(team_id=membership.team_id)


def presets_of(membership: Membership) -> QuerySet[Preset]:
    """The team's presets, and the person's own in this team."""
    return Preset.objects.filter(team_id=membership.team_id).filter(
        Q(shared=True) | Q(author_id=membership.user_id)
    )


def access_prompt(membership: Membership, public_id: UUID) -> Prompt:
    """A prompt of the team. Raises Http404."""
    prompt = prompts_of(membership).filter(public_id=public_id).first()
    if prompt is None:
        raise Http404("There is no such prompt in your team.")
    return prompt


def access_prompt_version(membership: Membership, public_id: UUID, number: int) -> PromptVersion:
    """A version of a prompt of the team. Raises Http404."""
    version = PromptVersion.objects.filter(
        team_id=membership.team_id, prompt__public_id=public_id, number=number
    ).first()
    if version is None:
        raise Http404("There is no such version of a prompt in your team.")
    return version


def access_preset(membership: Membership, public_id: UUID) -> Preset:
    """A preset that the person may see. Raises Http404."""
    preset = presets_of(membership).filter(public_id=public_id).first()
    if preset is None:
        raise Http404("There is no such preset in your team.")
    return preset


def require_preset_change(membership: Membership, preset: Preset) -> None:
    """Whoever edits the library may change the team's presets and their own. Raises Forbidden."""
    require(membership, Permission.EDIT_LIBRARY)
    own = preset.author_id == membership.user_id
    if not own and not preset.shared:
        raise Forbidden("This preset is someone else's.")


def may_edit_library(membership: Membership) -> bool:
    """What pages ask before they offer it."""
    return allows(membership.role, Permission.EDIT_LIBRARY)
