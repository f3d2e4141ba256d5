"""Tokens as pages write them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from inference.engines.protocol import TokenLogprob

SHOWN = 8
"""Of a list of alternatives, so many rows."""
VISIBLE = str.maketrans({"\n": "↵", "\t": "⇥", "\r": "␍"})


def visible(text: str) -> str:
    """A token in quotes, with what would not be seen made visible."""
    return f"“{text.translate(VISIBLE)}”" if text else "(no text)"


def percent(share: float) -> str:
    """A probability with as many digits as tell something."""
    if share >= 0.9995:
        return "100%"
    if share >= 0.1:
        return f"{share:.0%}"
    if share <= 0:
        return "0%"
    return f"{share:.1%}" if share >= 0.001 else "< 0.1%"


def counted(count: int, noun: str) -> str:
    """“1 token”, “1,200 tokens”."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One row of a list: a token, its probability in words and as a width of 100."""

    text: str
    share: str
    width: str
    chosen: bool


def alternatives(choice: TokenLogprob) -> list[Alternative]:
    """The likeliest tokens at a position, and the chosen one if it isn't among them."""
    listed = list(choice.top[:SHOWN])
    if all(id != choice.token_id for id, _, _ in listed):
        listed.append((choice.token_id, choice.text, choice.logprob))
    return list(_rows(listed, choice))


def _rows(listed: Sequence[tuple[int, str, float]], choice: TokenLogprob) -> Iterable[Alternative]:
    for id, text, logprob in listed:
        share = exp(logprob)
        chosen = (id, text) == (choice.token_id, choice.text)
        yield Alternative(visible(text), percent(share), f"{share * 100:.2f}", chosen)
