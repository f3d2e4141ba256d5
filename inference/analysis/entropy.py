"""How unsure the model was at a token, and how surprising the token was. In bits."""

import math

from inference.analysis.log_probabilities import Interval, Seen
from inference.engines.protocol import TokenLogprob


def surprise(choice: TokenLogprob) -> float:
    """−log₂ p of the token that was chosen: 0 for a certain one (Shannon 1948)."""
    return -choice.logprob / math.log(2) + 0.0


def entropy(seen: Seen, vocabulary: int | None = None) -> Interval:
    """Bounds of H = −Σ p log₂ p over the whole vocabulary, from the listed tokens.

    The unseen mass U adds least when it sits in tokens as likely as the last one listed, p: then
    −U log₂ p, since every unseen token has −log₂ pⱼ ≥ −log₂ p. It adds most when it is spread
    evenly over the n unseen tokens: −U log₂(U/n). Without the vocabulary's size the upper bound is
    infinite, unless nothing is unseen.
    """
    known = -math.fsum(p * math.log2(p) for p in seen.probabilities if p > 0)
    unseen = seen.unseen
    if unseen < 1e-6 or seen.least <= 0:
        return Interval(known, known)
    low = known - unseen * math.log2(seen.least)
    others = None if vocabulary is None else vocabulary - len(seen.ids)
    if others is None:
        return Interval(low, math.inf)
    return Interval(low, max(low, known - unseen * math.log2(unseen / max(1, others))))
