"""What each measure is called, in which unit it is, and what a rule on it may say."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.alerts.models import Measure
from playground.compare.wording import duration

WINDOWS = {5: "the last 5 minutes", 15: "the last 15 minutes", 60: "the last hour"}
MOST_MINUTES = 240
LEAST_GOOD_MINUTES = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """`unit`: ms, %, s, or none where there is nothing to set. `names_profile`: whether the rule
    may ("any") or must ("one") name a profile. `counts`: whether requests in a window are judged.
    """

    measure: Measure
    about: str
    unit: str = ""
    lowest: float = 0
    highest: float = 0
    usual: float = 0
    names_profile: str = ""
    counts: bool = False

    @property
    def title(self) -> str:
        return str(self.measure.label)

    def limit_words(self, limit: float) -> str:
        """“TTFT p95 is 2.00 s or more”."""
        return SAID[self.measure].format(self.value_words(limit))

    def value_words(self, value: float | None) -> str:
        """A value with its unit."""
        if value is None:
            return "nothing to judge"
        if self.measure == Measure.WORKERS:
            return f"{value:.0f} ready"
        if self.unit == "ms":
            return duration(value)
        if self.unit == "s":
            return f"{value:,.0f} s"
        return f"{value:.{0 if value >= 10 else 1}f}".removesuffix(".0") + " %"


SAID: Mapping[str, str] = {
    Measure.TTFT: "TTFT p95 is {} or more",
    Measure.ERRORS: "{} of requests fail or are interrupted",
    Measure.QUEUE: "the first in the queue waits {} or longer",
    Measure.WORKERS: "no worker is ready",
    Measure.QUOTA: "{} of the month's tokens are used",
}
KINDS: Mapping[str, Kind] = {
    kind.measure: kind
    for kind in (
        Kind(
            Measure.TTFT, "The engine's time to first token, p95, reaches a limit.", "ms",
            1, 600_000, 2000, "any", True,
        ),
        Kind(
            Measure.ERRORS, "The share of failed and interrupted requests reaches a limit.", "%",
            0.1, 100, 5, "any", True,
        ),
        Kind(
            Measure.QUEUE, "The request that has waited longest for an engine reaches a limit.",
            "s", 1, 86_400, 60, "any",
        ),
        Kind(Measure.WORKERS, "No worker of a model is ready to answer.", names_profile="one"),
        Kind(Measure.QUOTA, "The month's tokens are used up to a share.", "%", 1, 100, 80),
    )
}  # fmt: skip
