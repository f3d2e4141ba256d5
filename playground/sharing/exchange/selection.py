"""What an export holds: the runs that the person may see, a few at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from inference.models import Generation
from playground.accounts.models import Membership
from playground.compare.models import Comparison, Lane, Sample, Session
from playground.compare.titles import give_seen_title, seen_titles

AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Runs to export. `membership` is who asks: what they may not see is never in it."""

    membership: Membership
    wanted: QuerySet[Comparison]

    def runs(self) -> Iterator[Comparison]:
        """Whole runs, session by session, each session's in their order.

        Only the ids are held: the rows come in parts, so that a long history fits in memory.
        """
        visible = self.wanted.filter(
            pk__in=Comparison.objects.visible_to(self.membership).values("pk")
        )
        ids = list(visible.order_by("session_id", "number").values_list("pk", flat=True))
        for start in range(0, len(ids), AT_A_TIME):
            part = ids[start : start + AT_A_TIME]
            for run in _whole(self.membership).filter(pk__in=part).order_by("session_id", "number"):
                give_seen_title(run, run.session)
                yield run


def run_of(membership: Membership, comparison: Comparison) -> Selection:
    """One run."""
    return Selection(membership, Comparison.objects.filter(pk=comparison.pk))


def session_of(membership: Membership, session: Session) -> Selection:
    """A session's runs."""
    return Selection(membership, Comparison.objects.filter(session=session))


def everything_of(membership: Membership) -> Selection:
    """All of the team's runs that the person may see."""
    return Selection(membership, Comparison.objects.filter(team_id=membership.team_id))


def answers_of(lane: Lane) -> list[Sample]:
    """A loaded lane's samples, in order."""
    return sorted(lane.samples.all(), key=lambda sample: (sample.case.number, sample.number))


def _whole(membership: Membership) -> QuerySet[Comparison]:
    samples = Sample.objects.select_related("case").prefetch_related(
        Prefetch("generation", Generation.objects.defer("logprobs"))
    )
    lanes = Lane.objects.order_by("position").select_related("preset")
    titles = seen_titles(Comparison.objects.visible_to(membership), "session_id")
    return (
        Comparison.objects.annotate(**titles)
        .defer("words", "code_words")
        .select_related("session", "author", "prompt_version")
        .prefetch_related("cases", Prefetch("lanes", lanes), Prefetch("lanes__samples", samples))
    )
