"""Finding runs by what was asked and answered: by words as people write them, or sign by sign.

Words go through Postgres's text search in websearch syntax (quotes, OR, a leading minus), stemmed.
Code has no words: there the text is split at every sign for the index, and what the index finds
is held against the text itself, so that `foo_bar(x)` finds exactly that.
"""

import json
import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Lower, StrIndex
from django.db.models.lookups import GreaterThan

from inference.models import Generation
from playground.compare.digest import SIGNS
from playground.compare.models import Comparison

CODE_SIGNS = re.compile(r"[_(){}\[\]<>=;:/\\@#$%^&*+~`|]|\w\.\w")
EXCLUDES = re.compile(r"(^|\s)-")
SHORTEST_PREFIX = 3


class OpenQuery(SearchQuery):
    """All of these words, where the last may be the beginning of a longer one."""

    template = "coalesce(nullif(%(function)s(%(expressions)s)::text, '') || ':*', '')::tsquery"


class ApartQuery(SearchQuery):
    """The words of a phrase, wherever they stand."""

    template = (
        r"regexp_replace(%(function)s(%(expressions)s)::text, '<(-|\d+)>', '&', 'g')::tsquery"
    )


def is_phrase(words: str) -> bool:
    """Whether words are to stand together. The index knows which occur, not beside which, so that
    each run found has to be read. One without a phrase is found as it always was."""
    return '"' in words and not EXCLUDES.search(words)


def looks_like_code(words: str) -> bool:
    """Whether a search has signs that no sentence has."""
    return bool(CODE_SIGNS.search(words))


def words_query(words: str) -> SearchQuery:
    return SearchQuery(words, config="english", search_type="websearch")


def by_words(words: str) -> Q:
    """Runs in which these words occur, however they are inflected."""
    return Q(words=words_query(words))


def by_words_apart(words: str) -> Q:
    """Runs in which these words occur, those of a phrase in any order."""
    if not is_phrase(words):
        return by_words(words)
    return Q(words=ApartQuery(words, config="english", search_type="websearch"))


def by_code(text: str) -> Q | None:
    """Runs that may hold `text` exactly; None where it has nothing that an index could know.

    The last part may be the beginning of a longer one, as while it is still being typed.
    """
    parts = re.sub(SIGNS, " ", text).split()
    if not parts:
        return None
    is_open = len(parts[-1]) >= SHORTEST_PREFIX and text.endswith(parts[-1])
    query = OpenQuery if is_open else SearchQuery
    return Q(code_words=query(" ".join(parts), config="simple"))


def holding(found: QuerySet[Comparison], text: str) -> QuerySet[Comparison]:
    """Those of `found` that hold `text`, in letters of either case, in prompt, name or answers.

    Reads whole texts: give it few runs. The prompt is searched as its JSON, escaped alike.
    """
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    answers = Generation.objects.filter(
        _holds(Concat("beginning_text", "text"), text), sample__lane__comparison=OuterRef("pk")
    )
    return found.filter(
        Q(_holds(Cast(F("messages"), TextField()), escaped))
        | Q(_holds(F("name"), text))
        | Q(Exists(answers))
    )


def _holds(text: Any, wanted: str) -> GreaterThan:
    part = Lower(Value(wanted, output_field=CharField()))
    return GreaterThan(StrIndex(Lower(text), part), 0)
