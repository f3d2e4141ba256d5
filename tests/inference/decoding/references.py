"""Each method again in plain NumPy, a row and a token at a time, from the paper's own words."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float64]


def probabilities(logits: Logits) -> Logits:
    raised = np.exp(logits - logits.max())
    return raised / raised.sum()


def typical(logits: Logits, mass: float) -> set[int]:
    """The tokens that are kept."""
    p = probabilities(logits)
    entropy = -sum(x * math.log(x) for x in p if x > 0)
    order = sorted(
        (i for i in range(len(p)) if p[i] > 0), key=lambda i: abs(-math.log(p[i]) - entropy)
    )
    kept, total = set(), 0.0
    for token in order:
        kept.add(token)
        total += p[token]
        if total >= mass:
            break
    return kept


def xtc(logits: Logits, threshold: float) -> set[int]:
    """The tokens that are kept when choices are taken away."""
    p = probabilities(logits)
    above = [i for i in range(len(p)) if p[i] >= threshold]
    if len(above) < 2:
        return set(range(len(p)))
    least = min(above, key=lambda i: p[i])
    return set(range(len(p))) - set(above) | {least}


def mirostat(steps: Sequence[tuple[Logits, int]], target: float, rate: float) -> list[set[int]]:
    """The tokens kept at each step; each step is its logits and the token that was then taken."""
    mu, kept = 2 * target, []
    for logits, taken in steps:
        bits = -np.log2(probabilities(logits))
        kept.append({i for i in range(len(bits)) if bits[i] <= mu} | {int(bits.argmin())})
        mu -= rate * (bits[taken] - target)
    return kept


def dry(
    text: Sequence[int], multiplier: float, base: float, allowed: int, breakers: set[int]
) -> dict[int, float]:
    """What is subtracted from each token's logit."""
    penalties: dict[int, float] = {}
    for place in range(len(text) - 1):
        following = text[place + 1]
        if following in breakers:
            continue
        length = 0
        while (
            place - length >= 0
            and text[place - length] == text[len(text) - 1 - length]
            and text[place - length] not in breakers
        ):
            length += 1
        if length >= allowed and length > 0:
            penalty = multiplier * base ** (min(length, 50) - allowed)
            penalties[following] = max(penalties.get(following, 0.0), penalty)
    return penalties


def scheduled(logits: Logits, start: float, end: float, tokens: int, place: int) -> Logits:
    """Probabilities at a place in the answer."""
    temperature = start + (end - start) * min(place / tokens, 1)
    return probabilities(logits / temperature)
