"""A run beside the one that it repeats: the same tokens, or the first that differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.analysis.capsule import Change, Verification, capsule, verify
from inference.analysis.log_probabilities import unpacked
from inference.models import Generation, Status
from playground.accounts.models import Membership
from playground.compare.history.rows import label_of, letter_of
from playground.compare.insight.tokens import counted, visible
from playground.compare.models import Comparison
from playground.compare.wording import STATUSES

UNNEEDED = (
    "text", "step_tokens", "step_characters", "gaps_us", "logprobs", "scored_logprobs",
    "drafted_steps", "accepted_steps",
)  # fmt: skip
MOST = 40
"""So many answers are told of one by one: those that differ first."""
LONG = 60
NAMES = {
    "prompt_token_ids": "the prompt as tokens", "engine": "engine", "profile": "profile",
    "engine_version": "version of the engine", "engine_flags": "flags of the engine",
    "beginning_ids": "the given beginning", "model": "model", "seed": "seed",
    "model_revision": "revision of the model",
}  # fmt: skip
Place = tuple[int, int, int]
"""Lane (from 0), case and sample (from 1)."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One answer and its repetition. `same` is None where they cannot be compared (yet)."""

    letter: str
    case: int
    sample: int
    same: bool | None
    words: str
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A run against the one that it repeats, answer by answer; `waiting` of them have not ended."""

    before: Comparison
    words: str
    lines: Sequence[Verified]
    left_out: int
    waiting: int
    identical: bool


def verdict_of(membership: Membership, run: Comparison) -> Verdict | None:
    """None where the run repeats none, or none that this person may see."""
    before = (
        Comparison.objects.visible_to(membership)
        .select_related("session")
        .filter(pk=run.repeats_id)
        .first()
        if run.repeats_id
        else None
    )
    if before is None:
        return None
    lines = list(_lines(_answers(before), _answers(run)))
    lines.sort(key=lambda line: line.same is not False)
    waiting = sum(line.words == _WAITING for line in lines)
    words, identical = _words(lines, waiting)
    return Verdict(before, words, lines[:MOST], max(0, len(lines) - MOST), waiting, identical)


def repetitions_of(membership: Membership, run: Comparison) -> list[Comparison]:
    """The runs that repeated this one, and that the person may see."""
    found = Comparison.objects.visible_to(membership).filter(repeats=run)
    return list(found.select_related("session").order_by("pk"))


_WAITING = "Not ended yet."


def _answers(run: Comparison) -> Mapping[Place, Generation]:
    rows = (
        Generation.objects.defer(*UNNEEDED)
        .filter(sample__lane__comparison=run)
        .select_related("sample__lane", "sample__case")
        .order_by("sample__lane__position", "sample__case__number", "sample__number")
    )
    return {
        (row.sample.lane.position, row.sample.case.number, row.sample.number): row for row in rows
    }


def _lines(
    before: Mapping[Place, Generation], after: Mapping[Place, Generation]
) -> Iterator[Verified]:
    for place, row in after.items():
        position, case, sample = place
        same, words, changes = _compared(before.get(place), row)
        yield Verified(letter_of(position), case, sample, same, words, changes)


def _compared(
    before: Generation | None, after: Generation
) -> tuple[bool | None, str, Sequence[str]]:
    if before is None:
        return None, "There is no such answer in the run before.", ()
    if not after.is_terminal:
        return None, _WAITING, ()
    for row, when in ((before, "before"), (after, "now")):
        if row.status != Status.DONE or row.token_ids is None:
            return None, f"{STATUSES[row.status]} {when}: there is nothing to compare.", ()
    found = verify(capsule(before), capsule(after))
    return found.same, _found(found, before, after), [_changed(one) for one in found.changes]


def _found(found: Verification, before: Generation, after: Generation) -> str:
    if found.differs_at is None:
        return f"Identical: {counted(found.compared, 'token')}."
    return (
        f"Differs from token {found.differs_at + 1:,} on: "
        f"{_token(before, found.differs_at, found.before)} became "
        f"{_token(after, found.differs_at, found.after)}."
    )


def _token(row: Generation, place: int, id: int | None) -> str:
    """A token's text where it was kept, and its id."""
    if id is None:
        return "the end"
    choices = unpacked(row.logprobs)
    text = f"{visible(choices[place].text)} " if place < len(choices) else ""
    return f"{text}(id {id})"


def _changed(change: Change) -> str:
    name = NAMES.get(change.name) or label_of(change.name)
    if change.name in ("prompt_token_ids", "beginning_ids"):
        return f"{name} is another"
    return f"{name}: {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _words(lines: Sequence[Verified], waiting: int) -> tuple[str, bool]:
    """The whole in a sentence, and whether every answer is the same."""
    same = sum(line.same is True for line in lines)
    differ = sum(line.same is False for line in lines)
    rest = f" {counted(waiting, 'answer')} not ended yet." if waiting else ""
    unknown = len(lines) - same - differ - waiting
    if unknown:
        rest += f" {counted(unknown, 'answer')} cannot be compared."
    if differ:
        return f"{differ:,} of {counted(len(lines), 'answer')} came out otherwise.{rest}", False
    if same == len(lines) and same:
        whole = "The answer is" if same == 1 else f"All {same:,} answers are"
        return f"{whole} identical, token by token.", True
    return f"{same:,} of {counted(len(lines), 'answer')} identical so far.{rest}", False
