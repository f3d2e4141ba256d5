"""A lane's samples side by side: what each comes to, how they voted, which one is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from inference.analysis.log_probabilities import unpacked
from inference.models import Generation, Status
from inference.strategies import Choice, Drawn, choose
from inference.strategies.best_of import mean_log_probability
from playground.accounts.models import Membership
from playground.compare.access import access_comparison
from playground.compare.models import Lane

FIELDS = (
    "status", "beginning_text", "text", "seed", "logprobs", "output_tokens", "finish_reason",
    "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One sample. `answer` is what it comes to, `score` its mean log-probability."""

    number: int
    generation: Generation
    answer: str | None
    score: float | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class VoteLine:
    """An answer with how many samples come to it, and their share in percent of all."""

    answer: str
    count: int
    share: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Samples:
    """A lane's samples, once they are there. `strategy` says how `shown` was chosen."""

    strategy: str
    lines: Sequence[SampleLine]
    votes: Sequence[VoteLine]
    ended: int

    @property
    def shown(self) -> SampleLine:
        return next(line for line in self.lines if line.is_shown)


def samples_of(
    membership: Membership, session: UUID, number: int, position: int, case: int = 1
) -> Samples:
    """Of the run's lane at `position`, in the case of that number. Raises Http404."""
    comparison = access_comparison(membership, session, number)
    lane = comparison.lanes.filter(position=min(position, 2**15 - 1)).first()
    generations = _generations(lane, case) if lane else []
    if lane is None or not generations:
        raise Http404("There is no such lane in this run.")
    strategy = lane.settings.get("choose", "first")
    drawn = [_drawn(row) for row in generations]
    return _samples(strategy, generations, drawn, choose(strategy, drawn))


def _generations(lane: Lane, case: int) -> list[Generation]:
    mine = Generation.objects.filter(sample__lane=lane, sample__case__number=case)
    return list(mine.only(*FIELDS).order_by("sample__number"))


def _drawn(row: Generation) -> Drawn:
    whole = row.status == Status.DONE and row.finish_reason != "error"
    return Drawn(row.whole_text, mean_log_probability(unpacked(row.logprobs)), whole)


def _samples(
    strategy: str, generations: Sequence[Generation], drawn: Sequence[Drawn], choice: Choice
) -> Samples:
    lines = [
        SampleLine(index + 1, row, answer, each.score, index == choice.shown)
        for index, (row, each, answer) in enumerate(
            zip(generations, drawn, choice.answers, strict=True)
        )
    ]
    votes = [
        VoteLine(
            vote.answer,
            len(vote.samples),
            round(100 * len(vote.samples) / len(drawn)),
            choice.shown in vote.samples,
        )
        for vote in choice.votes
    ]
    return Samples(strategy, lines, votes, sum(row.is_terminal for row in generations))
