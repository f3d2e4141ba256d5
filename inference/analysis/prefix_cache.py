"""How much of each lane's prompt came from the cache, and whether their TTFTs still compare."""

from collections.abc import Sequence
from dataclasses import dataclass

TOLERATED = 0.05
"""Lanes whose cached shares differ by more had clearly different amounts of prompt to read."""


@dataclass(frozen=True, slots=True)
class CachedPrompt:
    """One lane: tokens of its prompt, and how many of them were cached; None where unknown."""

    lane: str
    prompt_tokens: int | None
    cached_tokens: int | None

    @property
    def share(self) -> float | None:
        """Cached over all prompt tokens."""
        if not self.prompt_tokens or self.cached_tokens is None:
            return None
        return min(1.0, self.cached_tokens / self.prompt_tokens)


def warning(lanes: Sequence[CachedPrompt]) -> str:
    """Why these lanes' times to first token don't compare; "" where they do, or none knows."""
    known = [(lane.share, lane) for lane in lanes if lane.share is not None]
    if len(known) < 2:
        return ""
    least = min(known, key=lambda one: one[0])
    most = max(known, key=lambda one: one[0])
    if most[0] - least[0] <= TOLERATED:
        return ""
    return (
        f"{most[1].lane} had {most[0]:.0%} of its prompt in the cache and {least[1].lane} "
        f"{least[0]:.0%}: their times to first token don't compare. Run again with the cache cold "
        "or warm for all."
    )
