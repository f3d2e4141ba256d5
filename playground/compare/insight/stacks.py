"""The samples of a lane beside each other: how long, how many alike, how varied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inference.analysis.samples import Lengths, clusters, distinct, lengths
from inference.models import TERMINAL, Generation
from playground.compare.history.rows import letter_of
from playground.compare.insight.lanes import Pick
from playground.compare.insight.pictures import WIDTH, Bar
from playground.compare.insight.tokens import counted
from playground.compare.models import Comparison

UNNEEDED = (
    "messages", "prompt_token_ids", "step_tokens", "step_characters", "gaps_us", "logprobs",
    "scored_logprobs", "engine_flags",
)  # fmt: skip
HEIGHT = 60
LISTED = 5
START = 120


@dataclass(frozen=True, slots=True)
class Alike:
    """Samples that gave the same text: which (numbers from 1), and how it starts."""

    count: int
    numbers: str
    start: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One lane's samples: in words, their lengths as bars, the largest groups of like answers."""

    letter: str
    words: str
    variety: str
    found: Lengths
    bars: Sequence[Bar]
    alike: Sequence[Alike]


def stacks_of(run: Comparison, pick: Pick) -> list[Stack]:
    """A stack for each lane that has several ended samples of the picked case."""
    rows = (
        Generation.objects.defer(*UNNEEDED)
        .filter(sample__lane__comparison=run, sample__case__number=pick.case, status__in=TERMINAL)
        .select_related("sample__lane")
        .order_by("sample__lane__position", "sample__number")
    )
    lanes: dict[int, list[Generation]] = {}
    for row in rows:
        if row.token_ids:
            lanes.setdefault(row.sample.lane.position, []).append(row)
    return [_stack(letter_of(place), rows) for place, rows in lanes.items() if len(rows) > 1]


def _stack(letter: str, rows: Sequence[Generation]) -> Stack:
    tokens = [row.token_ids or [] for row in rows]
    found = lengths([len(ids) for ids in tokens])
    assert found is not None
    groups = clusters([row.whole_text for row in rows])
    words = (
        f"{len(rows)} samples, {counted(len(groups), 'different answer')}; "
        f"{found.shortest:,} to {found.longest:,} tokens, half of them under {found.median:,.0f}."
    )
    alike = [
        Alike(
            len(group.members),
            ", ".join(str(rows[member].sample.number) for member in group.members),
            str(group.answer)[:START],
        )
        for group in groups[:LISTED]
        if len(group.members) > 1
    ]
    return Stack(letter, words, _variety(tokens), found, list(_bars(found)), alike)


def _variety(tokens: Sequence[Sequence[int]]) -> str:
    shares = {n: distinct(tokens, n) for n in (1, 2, 3)}
    return ", ".join(
        f"distinct-{n} {share:.2f}" for n, share in shares.items() if share is not None
    )


def _bars(found: Lengths) -> Iterable[Bar]:
    width, tallest = WIDTH / len(found.counts), max(found.counts)
    for place, count in enumerate(found.counts):
        height = HEIGHT * count / tallest
        first, last = found.edges[place], found.edges[place + 1] - 1
        yield Bar(
            f"{place * width + width * 0.05:.2f}",
            f"{width * 0.9:.2f}",
            "cached",
            f"{first:,.0f} to {last:,.0f} tokens: {counted(count, 'sample')}",
            f"{HEIGHT - height:.2f}",
            f"{height:.2f}",
        )
