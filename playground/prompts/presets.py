"""The verbs of presets: decoding settings under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404

from inference.decoding.controls import BY_NAME, check_settings, whole
from inference.decoding.methods import LANE_CONTROLS
from inference.profiles import profile
from playground.accounts.access import Forbidden
from playground.accounts.models import Membership
from playground.prompts.access import access_preset, require_preset_change
from playground.prompts.models import Preset
from playground.prompts.search import words_of_preset


@dataclass(frozen=True, slots=True)
class PresetContent:
    """A preset as a person made it, checked (see forms.py). `profile` is "" for any model."""

    name: str
    description: str
    tags: list[str]
    shared: bool
    profile: str
    settings: dict[str, Any]


class PresetEditedMeanwhile(Exception):
    """Someone saved this preset after the edit began; `now` is what it has become."""

    def __init__(self, now: Preset) -> None:
        super().__init__(f"{now.name} was saved meanwhile")
        self.now = now


def check_preset_settings(profile_name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Whole settings for this profile, or for any. Raises UnknownProfile or BadSetting."""
    honored = profile(profile_name).controls if profile_name else frozenset(BY_NAME)
    said = {name: value for name, value in given.items() if value not in (None, "")}
    return check_settings(said, honored)


def agrees(settings: Mapping[str, Any], preset: Preset, honored: frozenset[str]) -> bool:
    """Whether a lane's settings are the preset's: of what its engine honors, each has the same
    value. Where the preset leaves the seed open, any seed is."""
    known, given = honored | LANE_CONTROLS, whole(settings)
    return all(
        given[name] == value or (name == "seed" and value is None)
        for name, value in whole(preset.settings).items()
        if name in known and name in given
    )


def check_preset_change(membership: Membership, public_id: UUID) -> Preset:
    """A preset that this person may change. Raises Http404 or Forbidden."""
    preset = access_preset(membership, public_id)
    require_preset_change(membership, preset)
    return preset


@transaction.atomic
def do_make_preset(membership: Membership, content: PresetContent) -> Preset:
    """A new preset, private to its author unless it says otherwise."""
    preset = Preset(team_id=membership.team_id, author_id=membership.user_id)
    _write(preset, content)
    preset.save()
    _index(preset)
    return preset


@transaction.atomic
def do_edit_preset(
    membership: Membership, preset: Preset, content: PresetContent, seen: datetime
) -> Preset:
    """Save an edit that began from the preset as it was changed at `seen`.

    Raises PresetEditedMeanwhile where someone else saved since, and Forbidden where someone but
    the author would make it private: then nothing is changed.
    """
    locked = Preset.objects.select_for_update().filter(pk=preset.pk).first()
    if locked is None:
        raise Http404("This preset was deleted meanwhile.")
    if locked.updated_at != seen:
        raise PresetEditedMeanwhile(locked)
    if locked.shared and not content.shared and locked.author_id != membership.user_id:
        raise Forbidden("Only its author may take a preset back from the team.")
    _write(locked, content)
    locked.save()
    _index(locked)
    return locked


def do_delete_preset(preset: Preset) -> None:
    """Delete it. Runs that used it keep their settings."""
    preset.delete()


def _write(preset: Preset, content: PresetContent) -> None:
    preset.name, preset.description, preset.tags = content.name, content.description, content.tags
    preset.shared, preset.profile = content.shared, content.profile
    preset.settings = content.settings


def _index(preset: Preset) -> None:
    Preset.objects.filter(pk=preset.pk).update(updated_at=Now(), words=words_of_preset(preset))
