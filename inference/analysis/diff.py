"""What two answers have in common, word by word or token by token, in bounded time.

The longest common subsequence is found with whole rows of its table as bits of one integer (Hyyrö
2004, “Bit-parallel LCS-length computation revisited”): 64 cells at a time, so that 4,096 tokens
against 4,096 take some 20 ms, where `difflib` may take minutes.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Change = Literal["same", "removed", "added"]
WORDS = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
MAX_CELLS = 64_000_000
"""Cells of the table: 8,000 words against 8,000. What is larger, after the common start and end, is
reported as one change."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the first sequence and of the second (one empty unless it is the same)."""

    change: Change
    first: tuple[int, int]
    second: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or only one."""

    change: Change
    text: str


def words(first: str, second: str) -> list[Piece]:
    """Both texts in order: without the added pieces it is the first, without the removed the
    second. A word takes the space before it along."""
    one, two = WORDS.findall(first), WORDS.findall(second)
    return [Piece(block.change, _text(block, one, two)) for block in blocks(one, two)]


def _text(block: Block, one: Sequence[str], two: Sequence[str]) -> str:
    if block.change == "added":
        return "".join(two[slice(*block.second)])
    return "".join(one[slice(*block.first)])


def blocks(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[Block]:
    """How to get from the first sequence (of words or token ids) to the second: as many elements
    the same as can be, in order; removed ones before added ones."""
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    one, two = first[start : len(first) - end], second[start : len(second) - end]
    pairs = [(place, place) for place in range(start)]
    if len(one) * len(two) <= MAX_CELLS:
        pairs += [(a + start, b + start) for a, b in _matches(one, two)]
    pairs += [(len(first) - place, len(second) - place) for place in range(end, 0, -1)]
    return list(_blocks(pairs, len(first), len(second)))


def _common(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """How many elements are the same from the start."""
    for place, (one, two) in enumerate(zip(first, second, strict=False)):
        if one != two:
            return place
    return min(len(first), len(second))


def _matches(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence.

    Bit i of row j is 0 where the first i + 1 elements have one match more with the first j + 1 of
    `second` than the first i have.
    """
    places: dict[Hashable, int] = {}
    for place, element in enumerate(first):
        places[element] = places.get(element, 0) | 1 << place
    every = (1 << len(first)) - 1
    row, rows = every, []
    for element in second:
        matching = row & places.get(element, 0)
        row = ((row + matching) | (row - matching)) & every
        rows.append(row)
    return _traced(rows, len(first))


def _traced(rows: Sequence[int], length: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    a, b = length, len(rows)
    while a and b:
        if rows[b - 1] >> (a - 1) & 1:
            a -= 1
            continue
        b -= 1
        if not b or rows[b - 1] >> (a - 1) & 1:
            a -= 1
            pairs.append((a, b))
    return pairs[::-1]


def _blocks(pairs: Sequence[tuple[int, int]], one: int, two: int) -> Iterator[Block]:
    """Pairs of places that are the same, and what lies between them, as stretches."""
    last = (one, two)
    start = a = b = 0
    for pair in [*pairs, last]:
        if pair != (a, b) or pair == last:
            yield from _same(start, a, b)
            if pair[0] > a:
                yield Block("removed", (a, pair[0]), (b, b))
            if pair[1] > b:
                yield Block("added", (pair[0], pair[0]), (b, pair[1]))
            start = pair[0]
        a, b = pair[0] + 1, pair[1] + 1


def _same(start: int, a: int, b: int) -> Iterator[Block]:
    if a > start:
        yield Block("same", (start, a), (b - (a - start), b))
