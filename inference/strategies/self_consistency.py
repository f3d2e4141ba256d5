"""Self-consistency: of several samples one with the answer that most of them come to.

Source: Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", ICLR
2023 (arXiv:2203.11171): the answer is taken out of each sampled reasoning, and the majority counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_ANSWER = 80
BOXED = re.compile(r"\\boxed\{([^{}]{1,80})\}")
MARKED = re.compile(r"####[ \t]*(\S[^\n]{0,79})")
NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Vote:
    """An answer, and the indices of the samples that come to it."""

    answer: str
    samples: tuple[int, ...]


def extracted(text: str) -> str | None:
    r"""What an answer comes to: what it marks by \boxed{…} or ####, else its last number, else its
    last line that is not empty, in small letters and without the signs around it."""
    for mark in (BOXED, MARKED):
        if found := mark.findall(text):
            return _plain(found[-1])
    if numbers := NUMBER.findall(text):
        return _number(numbers[-1])
    lines = [line for line in map(_plain, text.splitlines()) if line]
    return lines[-1] if lines else None


def tally(answers: Sequence[str | None]) -> tuple[Vote, ...]:
    """Most votes first; of answers that are level, the one that came first."""
    samples: dict[str, list[int]] = {}
    for index, answer in enumerate(answers):
        if answer:
            samples.setdefault(answer, []).append(index)
    ordered = sorted(samples.items(), key=lambda item: -len(item[1]))
    return tuple(Vote(answer, tuple(indices)) for answer, indices in ordered)


def _plain(text: str) -> str:
    """Numbers as numbers are written here, everything else without case and the signs around it."""
    bare = text.strip().strip("*_`\"'.,;:!? ").casefold()
    return _number(bare) if NUMBER.fullmatch(bare) else bare[:LONGEST_ANSWER]


def _number(written: str) -> str:
    """1,024 and 1024 are one answer, as are 7 and 7.0."""
    digits = written.replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
