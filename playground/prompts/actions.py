"""The verbs of prompts: `check_…` loads what a person may change, `do_…` changes it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404

from playground.accounts.access import require
from playground.accounts.models import Membership
from playground.accounts.roles import Permission
from playground.prompts.access import access_prompt
from playground.prompts.models import Prompt, PromptVersion
from playground.prompts.search import words_of_prompt


@dataclass(frozen=True, slots=True)
class PromptContent:
    """A prompt as a person wrote it, checked (see forms.py)."""

    name: str
    description: str
    tags: list[str]
    messages: list[dict[str, str]]
    variables: dict[str, str]
    note: str = ""


class EditedMeanwhile(Exception):
    """Someone saved this prompt after the edit began; `newest` is the version it has now."""

    def __init__(self, newest: PromptVersion) -> None:
        super().__init__(f"version {newest.number} came meanwhile")
        self.newest = newest


def newest_version(prompt: Prompt) -> PromptVersion:
    """What the prompt says now."""
    return prompt.versions.select_related("author").order_by("-number")[0]


def check_prompt_change(membership: Membership, public_id: UUID) -> Prompt:
    """A prompt that this person may change. Raises Http404 or Forbidden."""
    prompt = access_prompt(membership, public_id)
    require(membership, Permission.EDIT_LIBRARY)
    return prompt


@transaction.atomic
def do_make_prompt(membership: Membership, content: PromptContent) -> Prompt:
    """A new prompt of the team, with its first version."""
    prompt = Prompt.objects.create(
        team_id=membership.team_id,
        author_id=membership.user_id,
        name=content.name,
        description=content.description,
        tags=content.tags,
    )
    _add_version(membership, prompt, content.messages, content.variables, content.note)
    return prompt


@transaction.atomic
def do_edit_prompt(
    membership: Membership, prompt: Prompt, content: PromptContent, seen: datetime
) -> Prompt:
    """Save an edit that began from the prompt as it was changed at `seen`.

    Another version is made where its messages or variables changed. Raises EditedMeanwhile where
    someone else saved since: then nothing is changed.
    """
    locked = _lock(prompt)
    newest = newest_version(locked)
    if locked.updated_at != seen:
        raise EditedMeanwhile(newest)
    locked.name, locked.description, locked.tags = content.name, content.description, content.tags
    if (content.messages, content.variables) == (newest.messages, newest.variables):
        _save(locked, newest)
    else:
        _add_version(membership, locked, content.messages, content.variables, content.note)
    return locked


@transaction.atomic
def do_restore_version(membership: Membership, version: PromptVersion) -> PromptVersion:
    """Make what the prompt said then its newest version; the newest itself stays as it is."""
    locked = _lock(version.prompt)
    newest = newest_version(locked)
    if (version.messages, version.variables) == (newest.messages, newest.variables):
        return newest
    note = f"Restored from version {version.number}"
    return _add_version(membership, locked, version.messages, version.variables, note)


def do_archive(prompt: Prompt, archived: bool) -> None:
    """Put a prompt away, or back into the list. Its versions and runs stay either way."""
    Prompt.objects.filter(pk=prompt.pk).update(
        archived_at=Now() if archived else None, updated_at=Now()
    )


def do_delete_prompt(prompt: Prompt) -> None:
    """Delete it with its versions. Runs that used it keep what was sent."""
    prompt.delete()


def _lock(prompt: Prompt) -> Prompt:
    locked = Prompt.objects.select_for_update().defer("words").filter(pk=prompt.pk).first()
    if locked is None:
        raise Http404("This prompt was deleted meanwhile.")
    return locked


def _add_version(
    membership: Membership,
    prompt: Prompt,
    messages: list[dict[str, str]],
    variables: dict[str, str],
    note: str,
) -> PromptVersion:
    """The next version, numbered under the prompt's row lock."""
    prompt.versions_made += 1
    version = PromptVersion.objects.create(
        prompt=prompt,
        team_id=prompt.team_id,
        number=prompt.versions_made,
        author_id=membership.user_id,
        messages=messages,
        variables=variables,
        note=note,
    )
    _save(prompt, version)
    return version


def _save(prompt: Prompt, newest: PromptVersion) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(
        name=prompt.name,
        description=prompt.description,
        tags=prompt.tags,
        versions_made=prompt.versions_made,
        updated_at=Now(),
        words=words_of_prompt(prompt, newest),
    )
