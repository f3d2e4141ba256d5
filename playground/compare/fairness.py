"""In which order a run's answers are made: all at once, or one after another so that none of them
takes from another's time."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from inference.analysis.fairness import Mode, schedule
from inference.turns import line_up
from playground.compare.models import Comparison
from playground.compare.storing import NewRun, StoredRun, store_run

MAX_ORDER_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes. `seed` is what the lanes' order is drawn from; None draws one.

    `repeats` is the row id of the run that it does again, to see whether the same comes.
    """

    mode: Mode = "concurrent"
    seed: int | None = None
    repeats: int | None = None

    @property
    def is_plain(self) -> bool:
        return self.mode == "concurrent" and self.repeats is None


@dataclass(frozen=True, slots=True)
class Arranged:
    """A stored run. `first` of its generations, with their profiles, may begin at once."""

    run: StoredRun
    first: list[tuple[int, str]]
    notice: str = ""


def store_arranged(new: NewRun, plan: Plan) -> Arranged:
    """Store a run and whose turn is when. Raises django.db.IntegrityError as `store_run`."""
    if plan.is_plain:
        stored = store_run(new)
        return Arranged(stored, stored.generations)
    with transaction.atomic():
        return _arranged(store_run(new), plan)


def _arranged(stored: StoredRun, plan: Plan) -> Arranged:
    seed = secrets.randbelow(MAX_ORDER_SEED) if plan.seed is None else plan.seed
    in_turns = plan.mode != "concurrent"
    Comparison.objects.filter(pk=stored.comparison).update(
        lane_order=plan.mode, lane_order_seed=seed if in_turns else None, repeats=plan.repeats
    )
    if not in_turns:
        return Arranged(stored, stored.generations)
    turns = turns_of(stored, plan.mode, seed)
    line_up(list(turns), list(turns.values()))
    first = [(id, profile) for id, profile in stored.generations if not turns[id]]
    return Arranged(stored, first, _notice(stored, plan.mode, turns))


def turns_of(stored: StoredRun, mode: Mode, seed: int) -> dict[int, int]:
    """Each generation's turn, from 0. A lane with fewer samples than another has none to spare."""
    lanes = [lane.cases for lane in stored.lanes]
    cases = max(len(lane) for lane in lanes)
    samples = max(len(case) for lane in lanes for case in lane)
    ids = [
        [
            lanes[turn.lane][turn.case][turn.sample]
            for turn in wave
            if turn.sample < len(lanes[turn.lane][turn.case])
        ]
        for wave in schedule(mode, len(lanes), cases, samples, seed)
    ]
    return {id: turn for turn, wave in enumerate(filter(None, ids)) for id in wave}


def _notice(stored: StoredRun, mode: Mode, turns: Mapping[int, int]) -> str:
    begins = sorted(
        (min(turns[id] for id in lane.samples), chr(ord("A") + position))
        for position, lane in enumerate(stored.lanes)
    )
    letters = ", ".join(letter for _, letter in begins)
    if mode == "sequential" or len(turns) == len(begins):
        return f"One answer at a time, lanes in an order that was drawn: {letters}."
    return f"One answer at a time, each round through all lanes; the first round: {letters}."
