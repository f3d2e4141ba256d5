"""How tokens were drawn, in the few figures that a page colors them by while they come."""

import math

from inference.analysis.entropy import entropy
from inference.analysis.log_probabilities import seen
from inference.engines.protocol import TokenLogprob
from inference.events import Mark
from inference.storable import storable

DIGITS = 4
"""Decimals of a log-probability and of an entropy: enough for any word on them."""


def mark(choice: TokenLogprob) -> Mark:
    """A token's figures as they travel while it streams.

    Its entropy is the lower bound alone: the upper one needs the size of the vocabulary.
    """
    listed = seen(choice)
    low = entropy(listed).low if listed else None
    return storable(choice.text), known(choice.logprob), choice.rank, known(low)


def known(value: float | None) -> float | None:
    """Rounded; None where it is not finite, or not known."""
    return None if value is None or not math.isfinite(value) else round(value, DIGITS)
