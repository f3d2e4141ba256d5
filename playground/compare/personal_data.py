"""The runs of a person in the teams they are in, with what came of them, and their drafts."""

from typing import Any

from django.db.models import Prefetch, Q

from inference.models import Generation
from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data, private_data
from playground.compare.models import Case, Comparison, Draft, Lane, Sample, Session
from playground.compare.titles import give_seen_title, seen_titles

AT_ONCE = 50
BULKY = (
    "messages", "prompt_token_ids", "token_ids", "step_tokens", "gaps_us", "logprobs",
    "drafted_steps", "accepted_steps", "scored_logprobs", "beginning_ids",
)  # fmt: skip


@personal_data("runs")
def runs(user: User) -> Rows:
    """Each with its lanes, and each lane's answers; figures in microseconds."""
    samples = Sample.objects.order_by("id").prefetch_related(
        Prefetch("generation", Generation.objects.defer(*BULKY))
    )
    lanes = Lane.objects.order_by("position").prefetch_related(Prefetch("samples", samples))
    found = Comparison.objects.filter(author=user, team__memberships__user=user).order_by("id")
    cases = Prefetch("cases", Case.objects.order_by("number"))
    found = found.select_related("session", "team")
    found = found.prefetch_related(Prefetch("lanes", lanes), cases)
    visible = Comparison.objects.filter(Q(shared=True) | Q(author=user))
    found = found.annotate(**seen_titles(visible, "session_id"))
    for comparison in found.iterator(chunk_size=AT_ONCE):
        give_seen_title(comparison, comparison.session)
        yield {
            "team": comparison.team.name,
            "session": comparison.session.title,
            "session_id": comparison.session.public_id,
            "run": comparison.number,
            "name": comparison.name,
            "tags": comparison.tags,
            "shared": comparison.shared,
            "messages": comparison.messages,
            "cases": [case.variables for case in comparison.cases.all()],
            "order": comparison.lane_order,
            "created_at": comparison.created_at,
            "lanes": [_lane(lane) for lane in comparison.lanes.all()],
        }


@personal_data("drafts")
def drafts(user: User) -> Rows:
    found = Draft.objects.filter(user=user, team__memberships__user=user).order_by("id")
    for draft in found.select_related("team", "session").iterator():
        yield {
            "team": draft.team.name,
            "session_id": draft.session.public_id if draft.session else None,
            "state": draft.state,
            "updated_at": draft.updated_at,
        }


@private_data
def forget_private_runs(user: User) -> None:
    """Runs that only they could see, with their answers, and sessions that hold nothing else."""
    mine = Comparison.objects.filter(author=user, shared=False)
    answers = Sample.objects.filter(lane__comparison__in=mine).values_list("generation", flat=True)
    Generation.objects.filter(pk__in=list(answers)).delete()
    mine.delete()
    Session.objects.filter(author=user, shared=False, comparisons=None).delete()


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        "profile": lane.profile,
        "settings": lane.settings,
        "answers": [_answer(sample.generation) for sample in lane.samples.all()],
    }


def _answer(generation: Generation) -> dict[str, Any]:
    return {
        "status": generation.status,
        "seed": generation.seed,
        "beginning": generation.beginning_text,
        "text": generation.text,
        "error": generation.error,
        "finish_reason": generation.finish_reason,
        "prompt_tokens": generation.prompt_tokens,
        "output_tokens": generation.output_tokens,
        "ttft_us": generation.ttft_us,
        "e2e_us": generation.e2e_us,
        "model": generation.model,
    }
