"""Where two answers part, and how far apart the two models were up to there.

Answers are aligned by token id from the start. As long as they agree, both models have read the
same tokens, so their distributions can be compared: also at the position where they part, whose
prefix is still shared. After it they answer different questions.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from inference.analysis.log_probabilities import Interval, Seen, seen
from inference.engines.protocol import TokenLogprob

End = Literal["same", "split", "shorter"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """`shared` tokens are the same at the start. Then the answers are the same to their end, or
    they "split" at position `shared`, or one is "shorter": it ended there, and the other went on.
    """

    shared: int
    end: End


@dataclass(frozen=True, slots=True)
class Position:
    """One position with a shared prefix: what each lane chose, and how far their lists differ.

    `divergence` is the Jensen–Shannon divergence in bits, 0 to 1; `bounds` what it can be at least
    and at most whatever the unseen tokens are.
    """

    index: int
    first: TokenLogprob
    second: TokenLogprob
    divergence: float
    bounds: Interval


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two lanes: how they align, and each position that can be compared.

    `comparable` is False where one id means two texts: the models have different vocabularies, so
    that ids say nothing, and there are no positions.
    """

    alignment: Alignment
    comparable: bool
    positions: tuple[Position, ...]


def align(lanes: Sequence[Sequence[int]]) -> Alignment:
    """How far two or more answers agree, token id by token id."""
    shortest = min((len(ids) for ids in lanes), default=0)
    first = lanes[0] if lanes else ()
    for place in range(shortest):
        if any(ids[place] != first[place] for ids in lanes[1:]):
            return Alignment(place, "split")
    same = all(len(ids) == shortest for ids in lanes)
    return Alignment(shortest, "same" if same else "shorter")


def diverge(first: Sequence[TokenLogprob], second: Sequence[TokenLogprob]) -> Divergence:
    """Two lanes compared. Their prompts must have been the same tokens, or nothing is shared."""
    alignment = align([[choice.token_id for choice in lane] for lane in (first, second)])
    if not same_vocabulary(first, second):
        return Divergence(alignment, comparable=False, positions=())
    reach = min(alignment.shared + 1, len(first), len(second))
    return Divergence(alignment, True, tuple(_positions(first[:reach], second[:reach])))


def _positions(first: Sequence[TokenLogprob], second: Sequence[TokenLogprob]) -> Iterator[Position]:
    for place, (one, two) in enumerate(zip(first, second, strict=True)):
        lists = seen(one), seen(two)
        if lists[0] and lists[1]:
            estimate, bounds = jensen_shannon(lists[0], lists[1])
            yield Position(place, one, two, estimate, bounds)


def same_vocabulary(first: Sequence[TokenLogprob], second: Sequence[TokenLogprob]) -> bool:
    """Whether no id stands for two texts, as far as the lists show.

    Pieces of a character have a text that depends on what stands before them, so a text with the
    replacement character says nothing.
    """
    known = dict(_names(first))
    return all(known.get(id, text) == text for id, text in _names(second))


def _names(lane: Iterable[TokenLogprob]) -> Iterator[tuple[int, str]]:
    for choice in lane:
        for id, text, _ in (*choice.top, (choice.token_id, choice.text, 0.0)):
            if id >= 0 and text and "\ufffd" not in text:
                yield id, text


def jensen_shannon(first: Seen, second: Seen) -> tuple[float, Interval]:
    """The Jensen–Shannon divergence (Lin 1991) of two top-k lists in bits, and its bounds.

    The estimate is over the union of both lists plus one “other”: a token that a list lacks counts
    as 0 there, its mass being in that list's other. Merging outcomes never raises a divergence, so
    it lies between two bounds that hold for the whole vocabulary. Least: only the tokens that both
    list are told apart, all the rest is one outcome. Most: both others share no token.
    """
    p = dict(zip(first.ids, first.probabilities, strict=True))
    q = dict(zip(second.ids, second.probabilities, strict=True))
    both = math.fsum(_part(p[id], q[id]) for id in p.keys() & q.keys())
    alone = (
        math.fsum(p[id] for id in p.keys() - q.keys()),
        math.fsum(q[id] for id in q.keys() - p.keys()),
    )
    others = (first.unseen, second.unseen)
    apart = both + math.fsum(alone) / 2  # an outcome that only one has adds half its probability
    low = _bounded(both + _part(alone[0] + others[0], alone[1] + others[1]))
    high = _bounded(apart + math.fsum(others) / 2)
    return _bounded(apart + _part(*others)), Interval(low, max(low, high))


def _part(p: float, q: float) -> float:
    """What one outcome adds: ½ p log₂(p/m) + ½ q log₂(q/m), where m is the mean of p and q."""
    total = 0.0
    for half in (p, q):
        if half > 0:
            total += half * math.log2(2 * half / (p + q)) / 2
    return total


def _bounded(bits: float) -> float:
    """Without what rounding brings it beyond what a divergence can be."""
    return min(1.0, max(0.0, bits))
