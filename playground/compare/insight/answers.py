"""The answers of one or more runs as plain figures, sorted into what is compared: the arms.

In one run each lane is an arm. Over several runs an arm is a model with settings: lanes that were
set the same are the same arm, wherever they stood.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.decoding.methods import LANE_CONTROLS
from inference.metrics import milliseconds, tpot_ms
from inference.models import TERMINAL, Generation, Status
from inference.profiles import profiles
from playground.compare.history.rows import differing_settings, label_of, letter_of, value_of
from playground.compare.models import Comparison, Lane

NEEDED = (
    "status", "seed", "finish_reason", "ttft_us", "decode_us", "e2e_us", "output_tokens",
    "load_running", "load_waiting",
)  # fmt: skip
NOT_OF_THE_ARM = frozenset({"seed", *LANE_CONTROLS})
"""What two lanes may have otherwise and still be the same arm: which answers were drawn."""
MOST_ARMS = 8


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the things that are compared: its place, how it is called, and what it is."""

    place: int
    letter: str
    words: str

    @property
    def name(self) -> str:
        return f"Lane {self.letter}"


Round = tuple[int, int, int]
"""Run (its number), case and sample: the same question asked once of every arm."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One ended answer. Times in ms; None where the engine did not say."""

    arm: int
    round: Round
    seed: int
    done: bool
    cut_off: bool
    ttft_ms: float | None
    tpot_ms: float | None
    e2e_ms: float | None
    output_tokens: float | None
    load_running: int | None = None
    load_waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The arms and their ended answers, run by run. `left_out` arms are beyond the limit."""

    arms: Sequence[Arm]
    rows: Sequence[Figures]
    left_out: int = 0

    def of(self, arm: Arm) -> list[Figures]:
        return [row for row in self.rows if row.arm == arm.place]


def answers_of_run(run: Comparison) -> Answers:
    """Each lane an arm."""
    lanes = list(run.lanes.order_by("position"))
    places = {lane.pk: place for place, lane in enumerate(lanes)}
    letters = [letter_of(lane.position) for lane in lanes]
    return Answers(_arms(lanes, letters), _rows([run], places))


def answers_of_runs(runs: Sequence[Comparison]) -> Answers:
    """Lanes that are set alike are one arm; those that come up most are taken, eight at most."""
    lanes = list(Lane.objects.filter(comparison__in=runs).order_by("comparison_id", "position"))
    found: dict[str, list[Lane]] = {}
    for lane in lanes:
        found.setdefault(_kind(lane), []).append(lane)
    most = set(sorted(found, key=lambda kind: -len(found[kind]))[:MOST_ARMS])
    kept = [same for kind, same in found.items() if kind in most]
    places = {lane.pk: place for place, same in enumerate(kept) for lane in same}
    letters = [letter_of(place) for place in range(len(kept))]
    return Answers(
        _arms([same[0] for same in kept], letters), _rows(runs, places), len(found) - len(kept)
    )


def _kind(lane: Lane) -> str:
    settings = {name: value for name, value in lane.settings.items() if name not in NOT_OF_THE_ARM}
    return json.dumps([lane.profile, settings], sort_keys=True)


def _arms(lanes: Sequence[Lane], letters: Sequence[str]) -> list[Arm]:
    titles = {name: profile.title for name, profile in profiles().items()}
    settings = [lane.settings for lane in lanes]
    differing = [name for name in differing_settings(settings) if name not in NOT_OF_THE_ARM]
    return [
        Arm(place, letter, _words(titles.get(lane.profile, lane.profile), lane.settings, differing))
        for place, (lane, letter) in enumerate(zip(lanes, letters, strict=True))
    ]


def _words(title: str, settings: Mapping[str, Any], differing: Iterable[str]) -> str:
    parts = [f"{label_of(name)} {value_of(settings.get(name), name)}" for name in differing]
    return ", ".join([title, *parts])


def _rows(runs: Sequence[Comparison], places: Mapping[int, int]) -> list[Figures]:
    numbers = {run.pk: run.number for run in runs}
    rows = (
        Generation.objects.filter(sample__lane__in=list(places), status__in=TERMINAL)
        .select_related("sample__lane", "sample__case")
        .only(*NEEDED, "sample__number", "sample__case__number", "sample__lane__comparison_id")
        .order_by("sample__lane__comparison_id", "sample__case__number", "sample__number", "pk")
    )
    return [
        _figures(row, places[row.sample.lane_id], numbers[row.sample.lane.comparison_id])
        for row in rows
    ]


def _figures(row: Generation, arm: int, run: int) -> Figures:
    done = row.status == Status.DONE and row.finish_reason != "error"
    whole = None if None in (row.ttft_us, row.decode_us) else row.ttft_us + row.decode_us  # type: ignore[operator]
    return Figures(
        arm,
        (run, row.sample.case.number, row.sample.number),
        row.seed,
        done,
        row.finish_reason == "length",
        milliseconds(row.ttft_us),
        tpot_ms(whole, row.ttft_us, row.output_tokens),
        milliseconds(row.e2e_us),
        row.output_tokens,
        row.load_running,
        row.load_waiting,
    )
