"""Forks: a run in which a lane begins as a stored answer did, but for its last token."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inference.analysis.log_probabilities import unpacked
from inference.decoding.combinations import is_set
from inference.decoding.controls import BY_NAME
from inference.models import Generation
from inference.profiles import Profile
from playground.accounts.models import Membership
from playground.compare.access import access_generations
from playground.compare.beginnings import Beginning, Fork
from playground.compare.models import Sample
from playground.compare.requests import (
    BadInput,
    CheckedLane,
    LaneRequest,
    Message,
    RunRequest,
)

BEGUN_ANEW = (
    "presence_penalty", "frequency_penalty", "mirostat_tau", "dry_multiplier", "temperature_end",
)  # fmt: skip
"""Settings that look back on the answer's own tokens: they see only what follows the given ones."""
OF_LANE = ("samples", "choose")
FIELDS = ("profile", "model", "beginning_ids", "beginning_text", "token_ids", "logprobs")


def why_not(profile: Profile | None, settings: Mapping[str, Any]) -> str:
    """Why a lane of this profile and these settings cannot begin with tokens; "" if it can."""
    if profile is None:
        return "This lane's model is not offered here any more, so it cannot go on from a token."
    if profile.engine == "openai":
        return (
            f"{profile.title} is served elsewhere, by an interface that takes no tokens for an "
            "answer to begin with. Fork a lane of a model that runs here."
        )
    if is_set(settings, "structure"):
        label = BY_NAME["structure"].label
        return (
            f"This lane is held to a form ({label}), and would begin that form anew after the "
            "given tokens. Run it without, and fork that."
        )
    return ""


def note_of(settings: Mapping[str, Any]) -> str:
    """What will not be as it was in the answer that is forked; "" where all is the same."""
    used = [BY_NAME[name].label for name in BEGUN_ANEW if is_set(settings, name)]
    if not used:
        return ""
    return f"{', '.join(used)} will count from the fork on: the tokens before it are given."


def with_beginnings(
    membership: Membership, lanes: Sequence[CheckedLane], asked: Sequence[LaneRequest]
) -> list[CheckedLane]:
    """The lanes, those that fork an answer with its tokens. Raises BadInput or Http404."""
    return [
        lane if one.fork is None else _begun(membership, index, lane, one.fork)
        for index, (lane, one) in enumerate(zip(lanes, asked, strict=True))
    ]


def _begun(membership: Membership, index: int, lane: CheckedLane, fork: Fork) -> CheckedLane:
    where = f"lanes.{index}.profile"
    row = _answer(membership, fork.generation)
    if row.profile != lane.profile.name and row.model != lane.profile.model:
        raise BadInput(
            "This lane begins with tokens of another model, which has other tokens. Choose that "
            "model again, or drop the given beginning.",
            where,
        )
    if problem := why_not(lane.profile, lane.settings):
        raise BadInput(problem, where)
    try:
        beginning = beginning_of(row, fork)
    except BadInput as error:
        raise BadInput(error.message, where) from error
    return msgspec.structs.replace(lane, beginning=beginning if beginning.ids else None)


def _answer(membership: Membership, generation: int) -> Generation:
    access_generations(membership, [generation])
    return Generation.objects.only(*FIELDS).get(pk=generation)


def beginning_of(row: Generation, fork: Fork) -> Beginning:
    """The tokens that `fork` asks for. Raises BadInput where the answer does not hold them."""
    given, made = row.beginning_ids or [], row.token_ids or []
    kept = fork.kept - len(given)
    if kept < 0 or kept > len(made):
        raise BadInput(
            f"This answer can be forked after token {len(given):,} to {len(given) + len(made):,}."
        )
    ids, text = [*given, *made[:kept]], row.beginning_text
    if kept == 0 and fork.token is None:
        return Beginning(ids, text)
    choices = unpacked(row.logprobs)
    if len(choices) < kept + (fork.token is not None):
        raise BadInput("No alternatives were kept with this answer, so it cannot be forked.")
    text += "".join(choice.text for choice in choices[:kept])
    if fork.token is None:
        return Beginning(ids, text)
    texts = {id: text for id, text, _ in choices[kept].top}
    if fork.token not in texts:
        raise BadInput("That token is not among the alternatives kept there. Choose one of them.")
    return Beginning([*ids, fork.token], text + texts[fork.token])


def request_of(sample: Sample, fork: Fork, session: uuid.UUID) -> RunRequest:
    """The run that a fork makes: the lane once more as it was, with the seed that this answer had,
    and beside it the same lane with the fork."""
    lane, row = sample.lane, sample.generation
    settings = {name: value for name, value in lane.settings.items() if name not in OF_LANE}
    settings["seed"] = row.seed
    preset = lane.preset.public_id if lane.preset else None
    before = _itself(row)
    return RunRequest(
        key=uuid.uuid4(),
        messages=[Message(**message) for message in row.messages],
        lanes=[
            LaneRequest(lane.profile, settings, preset, before),
            LaneRequest(lane.profile, settings, preset, fork),
        ],
        session=session,
    )


def _itself(row: Generation) -> Fork | None:
    """What makes a lane begin as this answer did."""
    return Fork(row.pk, len(row.beginning_ids)) if row.beginning_ids else None
