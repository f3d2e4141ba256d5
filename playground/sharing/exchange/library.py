"""Puts a file's prompts and presets into the team's library, each as a new one."""

from collections.abc import Mapping, Sequence

from django.db.models.functions import Now

from playground.accounts.models import Membership
from playground.prompts.models import Preset, Prompt, PromptVersion
from playground.prompts.presets import PresetContent, do_make_preset
from playground.prompts.search import words_of_prompt
from playground.prompts.tags import check_tags
from playground.sharing.exchange.checking import checked_settings, checked_version
from playground.sharing.exchange.document import ExchangedPreset, ExchangedPrompt

Versions = Mapping[tuple[str, int], PromptVersion]
"""By the file's name of the prompt, and the version's place in it from 1."""


def store_prompts(membership: Membership, prompts: Sequence[ExchangedPrompt]) -> Versions:
    """Make the prompts with all their versions."""
    stored: dict[tuple[str, int], PromptVersion] = {}
    for given in prompts:
        prompt = Prompt.objects.create(
            team_id=membership.team_id,
            author_id=membership.user_id,
            name=given.name,
            description=given.description,
            tags=check_tags(given.tags),
            versions_made=len(given.versions),
            archived_at=Now() if given.archived else None,
        )
        versions = _store_versions(membership, prompt, given)
        Prompt.objects.filter(pk=prompt.pk).update(words=words_of_prompt(prompt, versions[-1]))
        stored |= {(given.id, version.number): version for version in versions}
    return stored


def _store_versions(
    membership: Membership, prompt: Prompt, given: ExchangedPrompt
) -> list[PromptVersion]:
    rows = []
    for number, version in enumerate(given.versions, 1):
        messages, variables = checked_version(version)
        rows.append(
            PromptVersion(
                prompt=prompt,
                team_id=membership.team_id,
                number=number,
                author_id=membership.user_id,
                messages=messages,
                variables=variables,
                note=version.note,
            )
        )
    return PromptVersion.objects.bulk_create(rows, batch_size=200)


def store_presets(
    membership: Membership, presets: Sequence[ExchangedPreset], shared: bool
) -> dict[str, Preset]:
    """Make the presets, for the importer alone or for the team; by the file's names."""
    return {
        given.id: do_make_preset(
            membership,
            PresetContent(
                name=given.name,
                description=given.description,
                tags=check_tags(given.tags),
                shared=shared,
                profile=given.profile,
                settings=checked_settings(given.settings),
            ),
        )
        for given in presets
    }
