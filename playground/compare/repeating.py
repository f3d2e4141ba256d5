"""A run once more with everything as it was: prompt, cases, settings, seeds, and the order."""

import uuid
from typing import cast

from django.db.models import QuerySet

from inference.analysis.fairness import Mode
from inference.models import Generation
from playground.accounts.models import Membership
from playground.compare.beginnings import Fork
from playground.compare.fairness import Plan
from playground.compare.models import Case, Comparison, Lane
from playground.compare.requests import BadInput, LaneRequest, Message, PromptRef, RunRequest
from playground.prompts.access import presets_of
from playground.prompts.models import Preset


def request_again(membership: Membership, run: Comparison, key: uuid.UUID) -> RunRequest:
    """What to ask for, so that every answer is asked for again with the seed that it had. A preset
    that this person may not see is left out. Raises BadInput where the run has no answers."""
    presets = presets_of(membership)
    lanes = run.lanes.order_by("position")
    version = run.prompt_version
    return RunRequest(
        key=key,
        messages=[Message(**message) for message in run.messages],
        lanes=[_lane(lane, presets) for lane in lanes],
        session=run.session.public_id,
        prompt=PromptRef(version.prompt.public_id, version.number) if version else None,
        cases=_cases(run),
    )


def plan_again(run: Comparison) -> Plan:
    """In the same order, and known as a repetition."""
    return Plan(cast(Mode, run.lane_order), run.lane_order_seed, run.pk)


def _lane(lane: Lane, presets: QuerySet[Preset]) -> LaneRequest:
    row = (
        Generation.objects.filter(sample__lane=lane)
        .only("seed", "beginning_ids")
        .order_by("sample__case__number", "sample__number")
        .first()
    )
    if row is None:
        raise BadInput("This run has no answers that could be compared with others.")
    preset = presets.filter(pk=lane.preset_id).first() if lane.preset_id else None
    return LaneRequest(
        lane.profile,
        {**lane.settings, "seed": row.seed},
        preset.public_id if preset else None,
        Fork(row.pk, len(row.beginning_ids)) if row.beginning_ids else None,
    )


def _cases(run: Comparison) -> list[dict[str, str]]:
    """Their values; none where nothing was filled in."""
    cases = list(Case.objects.filter(comparison=run).order_by("number"))
    values = [dict(case.variables) for case in cases]
    return values if len(values) > 1 or any(values) else []
