"""The state of one comparison, ready for the page that shows it."""

from typing import Any

from inference.models import Generation
from inference.profiles import profiles
from playground.compare.beginnings import given_of
from playground.compare.models import Comparison


def generation_state(generation: Generation) -> dict[str, Any]:
    """What a lane shows of a generation when the page opens."""
    return {
        "generation": generation.pk,
        "status": generation.status,
        "attempt": generation.attempt,
        "text": generation.text,
        "given": given_of(generation.beginning_ids, generation.beginning_text),
        "seed": generation.seed,
        "error": generation.error,
        "finish_reason": generation.finish_reason or None,
        "metrics": generation.metrics() if generation.is_terminal else {},
    }


def comparison_state(comparison: Comparison) -> dict[str, Any]:
    """Everything the page needs to show a run, ready for JSON. Four queries.

    `messages` are as they were written; each of `cases` has the values that were put in.
    """
    titles = {name: profile.title for name, profile in profiles().items()}
    lanes = comparison.lanes.order_by("position").prefetch_related("samples__generation")
    cases = list(comparison.cases.order_by("number"))
    numbers = {case.pk: case.number for case in cases}
    return {
        "comparison": comparison.pk,
        "session": str(comparison.session.public_id),
        "number": comparison.number,
        "url": comparison.get_absolute_url(),
        "messages": comparison.messages,
        "cases": [{"number": case.number, "variables": case.variables} for case in cases],
        "lanes": [
            {
                "position": lane.position,
                "profile": lane.profile,
                "profile_title": titles.get(lane.profile, lane.profile),
                "settings": lane.settings,
                "generations": [
                    {**generation_state(sample.generation), "case": numbers[sample.case_id]}
                    for sample in sorted(
                        lane.samples.all(), key=lambda s: (numbers[s.case_id], s.number)
                    )
                ],
            }
            for lane in lanes
        ],
    }
