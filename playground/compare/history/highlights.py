"""Where in a run's texts a search was found: short pieces with the finds marked.

The marks travel as characters that are for private use, which are taken out of the texts first;
what a model wrote never becomes markup.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

OPEN, CLOSE = "\ue000", "\ue001"
MAX_CHARACTERS = 6000
"""Of each text: what lies further in is found, but not shown here."""

CONTEXT = 60
TEXTS = """
SELECT run.id, 'Prompt', 0, turns.turn ->> 'content'
FROM compare_comparison AS run, jsonb_array_elements(run.messages) AS turns(turn)
WHERE run.id = ANY(%(ids)s)
UNION ALL
SELECT lane.comparison_id, 'Answer', lane.position + 1,
    generation.beginning_text || generation.text
FROM compare_lane AS lane
JOIN compare_sample AS sample ON sample.lane_id = lane.id
JOIN inference_generation AS generation ON generation.id = sample.generation_id
WHERE lane.comparison_id = ANY(%(ids)s)
"""
HEADLINES = f"""
SELECT id, kind, place, ts_headline(
    'english', translate(left(text, {MAX_CHARACTERS}), '{OPEN}{CLOSE}', ''), query,
    'StartSel={OPEN}, StopSel={CLOSE}, MaxFragments=1, MaxWords=26, MinWords=12'
)
FROM ({TEXTS}) AS texts(id, kind, place, text),
    websearch_to_tsquery('english', %(words)s) AS query
ORDER BY id, place
"""
PIECES = f"""
SELECT id, kind, place, substr(
    start, greatest(1, strpos(lower(start), lower(%(words)s)) - {CONTEXT}),
    length(%(words)s) + {2 * CONTEXT}
)
FROM ({TEXTS}) AS texts(id, kind, place, text),
    translate(left(text, {MAX_CHARACTERS}), '{OPEN}{CLOSE}', '') AS start
WHERE strpos(lower(start), lower(%(words)s)) > 0
ORDER BY id, place
"""


@dataclass(frozen=True, slots=True)
class Find:
    """A piece of a prompt, or of the answer of lane `lane` (from 1; 0 for the prompt)."""

    kind: str
    lane: int
    piece: SafeString

    @property
    def letter(self) -> str:
        """What the lane is called, "" for the prompt."""
        return chr(ord("A") + self.lane - 1) if self.lane else ""


def finds_in(ids: Sequence[int], words: str, *, exact: bool) -> Mapping[int, list[Find]]:
    """By run, where the search was found in it."""
    found: dict[int, list[Find]] = {}
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(PIECES if exact else HEADLINES, {"ids": list(ids), "words": words})
        rows: Iterable[tuple[int, str, int, Any]] = cursor.fetchall()
    for id, kind, place, text in rows:
        piece = _mark_exactly(text, words) if exact else text
        if OPEN in piece:
            found.setdefault(id, []).append(Find(kind, place, marked(piece)))
    return found


def marked(piece: str) -> SafeString:
    """The piece as HTML: every sign of it escaped, and the finds in <mark>."""
    plain, *rest = piece.split(OPEN)
    parts = [(mark, after) for mark, _, after in (part.partition(CLOSE) for part in rest)]
    return mark_safe(  # noqa: S308 (both halves are escaped)
        conditional_escape(plain) + format_html_join("", "<mark>{}</mark>{}", parts)
    )


def _mark_exactly(piece: str, words: str) -> str:
    wanted = re.compile(re.escape(words), re.IGNORECASE)
    return wanted.sub(lambda match: f"{OPEN}{match[0]}{CLOSE}", piece)
