"""What differs between two versions of a prompt, word by word.

Lines are compared first, and words only inside the lines that changed, so that the time stays
bounded: `difflib` takes quadratic time at worst, and a prompt may have 200,000 characters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "added", "removed"]
Turns = Sequence[Mapping[str, str]]
WORDS = re.compile(r"\w+|\s+|[^\w\s]")
MAX_LINES = 2000
MAX_WORDS = 1500


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or only one."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class TurnDiff:
    """One turn: new, gone, changed inside, or the same."""

    role: str
    change: Literal["same", "added", "removed", "changed"]
    pieces: list[Piece]


def turn_diffs(before: Turns, after: Turns) -> list[TurnDiff]:
    """The turns of both, in order, with what changed in each."""
    old, new = ([(turn["role"], turn["content"]) for turn in turns] for turns in (before, after))
    found: list[TurnDiff] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [TurnDiff(role, "same", [Piece("same", text)]) for role, text in old[a:b]]
        else:
            found += _changed(old[a:b], new[c:d])
    return found


def _changed(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterator[TurnDiff]:
    """Turns that are not the same: those of one role, in order, are one that was changed."""
    roles = [[role for role, _ in turns] for turns in (old, new)]
    for tag, a, b, c, d in SequenceMatcher(None, roles[0], roles[1], autojunk=False).get_opcodes():
        if tag == "equal":
            for (role, before), (_, after) in zip(old[a:b], new[c:d], strict=True):
                yield TurnDiff(role, "changed", text_diff(before, after))
        else:
            yield from (TurnDiff(r, "removed", [Piece("removed", text)]) for r, text in old[a:b])
            yield from (TurnDiff(r, "added", [Piece("added", text)]) for r, text in new[c:d])


def text_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both in order: without the added ones `before`, without the removed `after`."""
    lines = _blocks(before.splitlines(True), after.splitlines(True), MAX_LINES)
    return _joined(
        piece
        for old, new, same in lines
        for piece in ([Piece("same", old)] if same else _word_diff(old, new))
    )


def _word_diff(before: str, after: str) -> Iterator[Piece]:
    for old, new, same in _blocks(WORDS.findall(before), WORDS.findall(after), MAX_WORDS):
        if same:
            yield Piece("same", old)
        else:
            yield Piece("removed", old)
            yield Piece("added", new)


def _blocks(old: list[str], new: list[str], limit: int) -> Iterator[tuple[str, str, bool]]:
    """Stretches of both, and whether they are the same; one stretch where there are too many."""
    if max(len(old), len(new)) > limit:
        yield "".join(old), "".join(new), old == new
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        yield "".join(old[a:b]), "".join(new[c:d]), tag == "equal"


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if kept and kept[-1].change == piece.change:
            kept[-1] = Piece(piece.change, kept[-1].text + piece.text)
        elif piece.text:
            kept.append(piece)
    return kept


def value_diffs(
    before: Mapping[str, str], after: Mapping[str, str]
) -> list[tuple[str, list[Piece]]]:
    """The variables whose starting values differ, by name."""
    return [
        (name, text_diff(before.get(name, ""), after.get(name, "")))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
