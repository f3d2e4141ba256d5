"""The lanes of a run as the views need them: one answer each, with its tokens' probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.analysis.log_probabilities import unpacked
from inference.engines.protocol import TokenLogprob
from inference.models import Generation
from inference.profiles import profiles
from inference.profiles.card import model_card
from playground.compare.history.rows import letter_of
from playground.compare.models import Comparison, Sample

UNNEEDED = ("step_characters", "text", "scored_logprobs")


@dataclass(frozen=True)
class InsightLane:
    """One lane with the answer that is looked at."""

    letter: str
    profile: str
    row: Generation

    @property
    def name(self) -> str:
        return f"Lane {self.letter}"

    @cached_property
    def choices(self) -> list[TokenLogprob]:
        """The answer's tokens with what else could have come; empty where that wasn't kept."""
        return unpacked(self.row.logprobs)

    @property
    def vocabulary(self) -> int | None:
        """How many tokens the model knows, where its folder is at hand. A padded vocabulary counts
        more than there are, which only widens what is bounded with it."""
        profile = profiles().get(self.row.profile)
        if profile is None or profile.model != self.row.model:
            return None
        card = model_card(profile)
        return card.vocabulary or None if card else None

    @property
    def given(self) -> int:
        """How many tokens the answer begins with that were given: `choices` has none of them."""
        return len(self.row.beginning_ids or ())

    @property
    def ids(self) -> list[int]:
        """The whole answer, what was given included."""
        return [*(self.row.beginning_ids or ()), *(self.row.token_ids or ())]


@dataclass(frozen=True, slots=True)
class Pick:
    """Which answer of each lane is looked at, and which there are (numbers, from 1)."""

    case: int
    sample: int
    cases: Sequence[int]
    samples: Sequence[int]
    values: Sequence[tuple[str, str]] = ()
    """What the case puts into the prompt's variables."""


def pick_of(run: Comparison, case: str, sample: str) -> Pick:
    """The case and sample asked for; the first where there is none of that number."""
    found = Sample.objects.filter(lane__comparison=run)
    cases = sorted(set(found.values_list("case__number", flat=True)))
    samples = sorted(set(found.values_list("number", flat=True)))
    number = _one_of(case, cases)
    picked = run.cases.filter(number=number).first()
    values = tuple(picked.variables.items()) if picked else ()
    return Pick(number, _one_of(sample, samples), cases, samples, values)


def _one_of(asked: str, numbers: Sequence[int]) -> int:
    known = {str(number): number for number in numbers}
    return known.get(asked, numbers[0] if numbers else 1)


def lanes_of(run: Comparison, pick: Pick) -> list[InsightLane]:
    """The lanes in order, each with the picked answer."""
    titles = {name: profile.title for name, profile in profiles().items()}
    rows = (
        Generation.objects.defer(*UNNEEDED)
        .filter(
            sample__lane__comparison=run,
            sample__case__number=pick.case,
            sample__number=pick.sample,
        )
        .select_related("sample__lane")
        .order_by("sample__lane__position")
    )
    return [
        InsightLane(letter_of(row.sample.lane.position), titles.get(row.profile, row.profile), row)
        for row in rows
    ]
