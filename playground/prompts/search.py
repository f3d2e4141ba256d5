"""Finding prompts and presets by what is in them, while the words are still being typed."""

import re
from collections.abc import Sequence
from typing import TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression

from playground.prompts.models import Preset, Prompt, PromptVersion

MAX_SEARCH = 200
INDEXED_CHARACTERS = 100_000
"""More of one text could make more words than a Postgres vector holds (1 MB)."""
Row = TypeVar("Row", Prompt, Preset)


class BadSearch(ValueError):
    """A search too long to mean anything. The message says the limit."""


def matching(found: QuerySet[Row], search: str) -> QuerySet[Row]:
    """Those with every word of `search` (or words that begin so), or with it in their name.

    Raises BadSearch.
    """
    words = search.replace("\x00", "").strip()
    if len(words) > MAX_SEARCH:
        raise BadSearch(
            f"This search has {len(words):,} characters; at most {MAX_SEARCH}. Use fewer words."
        )
    if not words:
        return found
    prefixes = " & ".join(f"'{word}':*" for word in re.findall(r"\w+", words))
    wanted = Q(name__icontains=words)
    if prefixes:
        wanted |= Q(words=SearchQuery(prefixes, search_type="raw", config="english"))
    return found.filter(wanted)


def tagged(found: QuerySet[Row], tag: str) -> QuerySet[Row]:
    """Those with this tag; all of them where it is empty."""
    return found.filter(tags__contains=[tag.replace("\x00", "")[:100]]) if tag else found


def tags_of(found: QuerySet[Prompt] | QuerySet[Preset]) -> list[str]:
    """The tags there are, by name."""
    each = Func("tags", function="unnest", output_field=CharField())
    rows = found.order_by().annotate(tag=each).values_list("tag", flat=True)
    return sorted(rows.distinct())


def words_of_prompt(prompt: Prompt, version: PromptVersion) -> CombinedExpression:
    """What a prompt is found by: its name and tags before its description, and that before its
    text."""
    text = "\n".join(turn["content"] for turn in version.messages)
    return _vector(prompt.name, prompt.tags, prompt.description) + _part(text, "C")


def words_of_preset(preset: Preset) -> CombinedExpression:
    """What a preset is found by."""
    return _vector(preset.name, preset.tags, preset.description)


def _vector(name: str, tags: Sequence[str], description: str) -> CombinedExpression:
    return _part(" ".join([name, *tags]), "A") + _part(description, "B")


def _part(text: str, weight: str) -> SearchVector:
    return SearchVector(Value(text[:INDEXED_CHARACTERS]), weight=weight, config="english")
