"""Weights of a top-k list at another temperature, and bounds of what the unseen tokens weigh.

A token of raw probability p weighs (p/p₁)^a at temperature 1/a, where p₁ is the likeliest one's.
Of an unseen token it is known that pⱼ ≤ p, the last listed; of all together, their mass U. So the
sum of their weights lies between U·pᵃ⁻¹ (all as likely as the last listed) and n·(U/n)ᵃ (spread
evenly over all n of them, by the power mean): the first is the larger for a > 1, the second for
a < 1.
"""

import math

from inference.analysis.log_probabilities import Interval, Seen

ROUNDING = 3e-6
"""By how much the unseen mass may be off: the listed log-probabilities are rounded."""


class Scale:
    """A position's tokens as weights relative to the likeliest, at one temperature.

    `others` is how many tokens aren't listed, None where the vocabulary's size isn't known.
    """

    def __init__(self, listed: Seen, temperature: float, vocabulary: int | None) -> None:
        self.listed = listed
        self.others = None if vocabulary is None else max(0, vocabulary - len(listed.ids))
        self._power = 1 / temperature
        self._top = listed.probabilities[0]
        self._mass = Interval(
            max(0.0, listed.unseen - ROUNDING) / self._top, (listed.unseen + ROUNDING) / self._top
        )
        self.weights = [math.pow(p / self._top, self._power) for p in listed.probabilities]

    def weight_of(self, logprob: float) -> float:
        return math.pow(math.exp(logprob) / self._top, self._power)

    @property
    def heaviest(self) -> float:
        """No unseen token weighs more: all unseen mass in one."""
        return math.pow(min(1.0, self._mass.high), self._power)

    @property
    def maybe_none(self) -> bool:
        """Whether the list may be the whole vocabulary: its size isn't known, nor is mass left."""
        return self.others is None and self.listed.unseen <= ROUNDING

    @property
    def tied(self) -> float:
        """What those unseen tokens weigh at most that are as likely as the last that is listed."""
        if self.weights[-1] <= 0:
            return 0.0
        many = int(self._mass.high * self._top / self.listed.least * (1 + ROUNDING))
        return self.weights[-1] * (many if self.others is None else min(many, self.others))

    def rest(self, min_p: float, top_k: int) -> Interval:
        """What the unseen tokens that min-p and top-k leave weigh together, before top-p."""
        last = self.listed.least / self._top
        if self.others == 0 or last < 1e-300 or self.weights[-1] <= 0:
            return Interval(0.0, 0.0)
        if 0 < top_k <= len(self.weights):  # those that are as likely as the k-th
            return Interval(0.0, self.tied)
        bounds = self._all(last)
        low, high = bounds.low, bounds.high
        if min_p > 0:  # all of them may be out; those left weigh most when they are as light as it
            low = 0.0
            if self._power < 1:
                lightest = min(last, math.pow(min_p, 1 / self._power))
                high = min(high, self._mass.high * math.pow(lightest, self._power - 1))
        if top_k:  # the heaviest of them: their mean is no less than that of all
            room = max(0, top_k - len(self.weights))
            low *= min(1.0, room / self.others) if self.others else 0.0
            high = min(high, room * self.weights[-1])
        return Interval(min(low, high), high)

    def _all(self, last: float) -> Interval:
        if self._power >= 1:
            return Interval(
                self._even(self._mass.low, last) if self.others else 0.0,
                self._mass.high * math.pow(last, self._power - 1),
            )
        return Interval(
            self._mass.low * math.pow(last, self._power - 1),
            self._even(self._mass.high, last) if self.others else math.inf,
        )

    def _even(self, mass: float, last: float) -> float:
        assert self.others
        return self.others * math.pow(min(last, mass / self.others), self._power)
