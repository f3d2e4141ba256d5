"""What guessing ahead brought: drafted and accepted tokens, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Cell:
    """One step of the ribbon: `drafted` tokens were guessed, the first `accepted` of them held.

    A step brings one token more than were accepted: the one that the model itself then chose.
    """

    index: int
    drafted: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Speculation:
    """Totals as vLLM defines them: the acceptance rate is accepted over drafted tokens; the mean
    acceptance length counts the model's own token too, 1 + accepted/drafts, over steps that had a
    draft. None where nothing was drafted. `by_position[i]` is how often the i-th guess held."""

    cells: tuple[Cell, ...]
    drafts: int
    drafted: int
    accepted: int
    rate: float | None
    acceptance_length: float | None
    by_position: tuple[float, ...]


def speculation(drafted: Sequence[int], accepted: Sequence[int]) -> Speculation:
    """The ribbon of one generation from its per-step counts.

    Raises ValueError where a step accepted more than was drafted, or the lists differ in length.
    """
    guesses = np.asarray(drafted, dtype=np.int64)
    held = np.asarray(accepted, dtype=np.int64)
    if guesses.shape != held.shape or (held > guesses).any() or (held < 0).any():
        raise ValueError("A step cannot accept more tokens than were drafted for it.")
    drafts = int((guesses > 0).sum())
    total, kept = int(guesses.sum()), int(held.sum())
    longest = int(guesses.max(initial=0))
    positions = [float((held > place).sum()) / drafts for place in range(longest)]
    return Speculation(
        tuple(
            Cell(index, int(guess), int(right))
            for index, (guess, right) in enumerate(zip(guesses, held, strict=True))
        ),
        drafts,
        total,
        kept,
        kept / total if total else None,
        1 + kept / drafts if drafts else None,
        tuple(positions),
    )


def by_temperature(
    runs: Sequence[tuple[float, Speculation]],
) -> Mapping[float, float]:
    """Mean acceptance length at each temperature, over all its runs' drafts together."""
    found: dict[float, list[Speculation]] = {}
    for temperature, run in runs:
        if run.drafts:
            found.setdefault(temperature, []).append(run)
    return {
        temperature: 1 + sum(run.accepted for run in of) / sum(run.drafts for run in of)
        for temperature, of in sorted(found.items())
    }
