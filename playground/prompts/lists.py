"""What the lists of the library show: searched, filtered by tag, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.accounts.models import Membership
from playground.prompts.access import presets_of, prompts_of
from playground.prompts.keyset import Page, page_of
from playground.prompts.search import BadSearch, matching, tagged, tags_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the address of a list."""

    search: str = ""
    tag: str = ""
    archived: bool = False
    before: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """From the address; whatever else stands there is left alone."""
        return cls(
            query.get("q", "").strip(),
            query.get("tag", "").strip(),
            query.get("archived", "") == "1",
            query.get("before", ""),
        )

    @property
    def narrows(self) -> bool:
        """Whether something may be missing from the list because of it."""
        return bool(self.search or self.tag)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and what it can be narrowed by. `problem` says why it is empty."""

    asked: Asked
    page: Page[Any]
    tags: list[str] = field(default_factory=list)
    problem: str = ""


def list_prompts(membership: Membership, asked: Asked) -> Listed:
    """The team's prompts as asked for; those put away only where asked for."""
    everything = prompts_of(membership).filter(archived_at__isnull=not asked.archived)
    tags = tags_of(everything)
    try:
        found = tagged(matching(everything, asked.search), asked.tag)
    except BadSearch as error:
        return Listed(asked, Page([], ""), tags, str(error))
    return Listed(asked, page_of(found.select_related("author"), asked.before), tags)


def list_presets(membership: Membership, asked: Asked) -> Listed:
    """The presets that a person may use, as asked for."""
    everything = presets_of(membership)
    tags = tags_of(everything)
    try:
        found = tagged(matching(everything, asked.search), asked.tag)
    except BadSearch as error:
        return Listed(asked, Page([], ""), tags, str(error))
    return Listed(asked, page_of(found.select_related("author"), asked.before), tags)
