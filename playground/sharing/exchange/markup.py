"""Markdown around text that people and models wrote: none of it becomes markup."""

import re
from collections.abc import Sequence

SIGNS = re.compile(r"([\\`*_\[\]<>#|~&])")
FENCES = re.compile(r"`{3,}")


def plain(text: str) -> str:
    """One line of text, to stand after other words, with the signs that Markdown reads within a
    line taken literally."""
    return SIGNS.sub(r"\\\1", " ".join(text.split()))


def fenced(text: str) -> str:
    """A block of code whose fence is longer than any in the text."""
    longest = max((len(found) for found in FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the cells are taken literally."""
    lines = [_row(head), _row(["---"] * len(head), literal=False)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str], literal: bool = True) -> str:
    written = [plain(cell) if literal else cell for cell in cells]
    return f"| {' | '.join(written)} |"
