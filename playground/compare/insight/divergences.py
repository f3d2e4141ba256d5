"""Each lane beside the first: how long their answers are the same, and what pulls them apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inference.analysis.divergence import Alignment, Divergence, Position, align, diverge
from playground.compare.insight.lanes import InsightLane
from playground.compare.insight.pictures import WIDTH, Bar
from playground.compare.insight.tokens import Alternative, alternatives, counted, visible

HEIGHT = 60
MOST_BARS = 400
SEEN_BITS = 0.0005
"""What is less is written as 0.000, and its bar is not seen."""
MOST = 5
"""So many of the positions that differ most are listed."""


@dataclass(frozen=True, slots=True)
class DivergencePicture:
    """Two lanes: in words, as bars of the divergence at each shared position, and the two lists at
    the place where they part (or where they differ most)."""

    first: InsightLane
    second: InsightLane
    words: str
    problem: str
    bars: Sequence[Bar]
    most: Sequence[tuple[int, str, str, str]]
    positions: int
    place: int | None
    lists: Sequence[tuple[InsightLane, Sequence[Alternative]]]
    agree: bool
    """Whether no bar would be seen: both said the same of every position."""


def divergences(lanes: Sequence[InsightLane]) -> list[DivergencePicture]:
    """The first lane beside each other one."""
    return [_picture(lanes[0], other) for other in lanes[1:]]


def _picture(first: InsightLane, second: InsightLane) -> DivergencePicture:
    alignment = align([first.ids, second.ids])
    found = Divergence(alignment, comparable=True, positions=())
    problem = _problem(first, second)
    given = first.given or second.given
    if not problem and not given and first.choices and second.choices:
        found = diverge(first.choices, second.choices)
        if not found.comparable:
            problem = "These lanes' models have different vocabularies: their tokens don't compare."
    words = "" if problem else _words(first, second, alignment)
    shown = _shown(found)
    lists = (
        [(first, alternatives(shown.first)), (second, alternatives(shown.second))] if shown else []
    )
    return DivergencePicture(
        first, second, words, problem, _bars(found.positions), _most(found.positions),
        len(found.positions), shown.index + 1 if shown else None, lists,
        all(one.divergence < SEEN_BITS for one in found.positions),
    )  # fmt: skip


def _problem(first: InsightLane, second: InsightLane) -> str:
    for lane in (first, second):
        if not lane.ids:
            return f"{lane.name} has no tokens to compare."
    if first.row.prompt_token_ids != second.row.prompt_token_ids:
        return "These lanes read different prompt tokens, so their answers share no beginning."
    return ""


def _words(first: InsightLane, second: InsightLane, alignment: Alignment) -> str:
    count = alignment.shared
    if alignment.end == "same":
        return f"The same {counted(count, 'token')} in both lanes."
    if alignment.end == "shorter":
        ended = first if len(first.ids) == count else second
        same = counted(count, "token")
        return f"The same for {same}; there {ended.name} ends and the other goes on."
    start = f"The same for {counted(count, 'token')}. " if count else ""
    texts = [_text(lane, count) for lane in (first, second)]
    if all(texts):
        return (
            f"{start}At token {count + 1:,} {first.name} goes on with {texts[0]} "
            f"and {second.name} with {texts[1]}."
        )
    return f"{start}They part at token {count + 1:,}."


def _text(lane: InsightLane, place: int) -> str:
    made = place - lane.given
    return visible(lane.choices[made].text) if 0 <= made < len(lane.choices) else ""


def _shown(found: Divergence) -> Position | None:
    """The position where they part; else the one where the lists differ most."""
    if not found.positions:
        return None
    if found.alignment.end == "split" and found.positions[-1].index == found.alignment.shared:
        return found.positions[-1]
    return max(found.positions, key=lambda position: position.divergence)


def _bars(positions: Sequence[Position]) -> list[Bar]:
    """A bar a position; where there are too many, the largest of each few."""
    few = math.ceil(len(positions) / MOST_BARS) or 1
    largest = [
        max(positions[start : start + few], key=lambda one: one.divergence)
        for start in range(0, len(positions), few)
    ]
    width = WIDTH / max(1, len(largest))
    return [
        Bar(
            f"{place * width:.2f}",
            f"{width * 0.85:.2f}",
            "divergence",
            f"Token {one.index + 1} {visible(one.first.text)}: {one.divergence:.3f} bits",
            f"{HEIGHT * (1 - one.divergence):.2f}",
            f"{HEIGHT * one.divergence:.2f}",
        )
        for place, one in enumerate(largest)
    ]


def _most(positions: Sequence[Position]) -> list[tuple[int, str, str, str]]:
    ordered = sorted(positions, key=lambda one: -one.divergence)[:MOST]
    return [
        (
            one.index + 1,
            visible(one.first.text),
            f"{one.divergence:.3f}",
            f"{one.bounds.low:.3f} to {one.bounds.high:.3f}",
        )
        for one in ordered
    ]
