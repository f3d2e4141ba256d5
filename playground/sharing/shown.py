"""What a share link shows of a run, made of plain values: nothing else can reach its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inference.models import Generation
from inference.profiles import profiles
from playground.compare.cases import asked_of, first_asked_of, names_of, place_words
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES
from playground.compare.models import Comparison, Lane, Sample
from playground.compare.titles import prompt_line
from playground.compare.wording import STATUSES
from playground.sharing.phases import Waterfall, scale_of, waterfall
from playground.sharing.wording import figure, letter, settings_of

NO_TITLE = "A shared run"


@dataclass(frozen=True, slots=True)
class ShownFigure:
    label: str
    value: str
    definition: str
    phase: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One generation. `place` says which of the lane's it is, "" where there is no other."""

    place: str
    status: str
    status_words: str
    ended: bool
    text: str
    error: str
    main: list[ShownFigure]
    more: list[ShownFigure]
    waterfall: Waterfall
    seed: int
    model: str
    engine: str


@dataclass(frozen=True, slots=True)
class ShownLane:
    letter: str
    profile: str
    settings: Mapping[str, str]
    answers: list[ShownAnswer]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """`messages` and what could quote them are empty where the prompt is left out. `cases` are
    rows of values of the variables `names`, where there are several."""

    title: str
    name: str
    messages: list[dict[str, str]]
    names: list[str]
    cases: list[tuple[int, list[str]]]
    at: datetime
    lanes: list[ShownLane]


def shown_run(comparison: Comparison, shows_prompt: bool) -> ShownRun:
    """A run as its link shows it. It is titled by its own prompt: the session's title may be a
    private run's.
    """
    lanes = list(
        comparison.lanes.order_by("position").prefetch_related(
            "samples__generation", "samples__case"
        )
    )
    scale = scale_of([one.generation.metrics() for lane in lanes for one in _samples(lane)])
    titles = {name: profile.title for name, profile in profiles().items()}
    cases = sorted(comparison.cases.all(), key=lambda case: case.number)
    several = cases if shows_prompt and len(cases) > 1 else []
    names = names_of(several)
    return ShownRun(
        title=_title(comparison) if shows_prompt else NO_TITLE,
        name=comparison.name if shows_prompt else "",
        messages=asked_of(comparison) if shows_prompt else [],
        names=names,
        cases=[(case.number, [case.variables.get(name, "") for name in names]) for case in several],
        at=comparison.created_at,
        lanes=[_lane(lane, titles.get(lane.profile, lane.profile), scale) for lane in lanes],
    )


def _title(comparison: Comparison) -> str:
    return prompt_line(first_asked_of(comparison)) or comparison.name or NO_TITLE


def _samples(lane: Lane) -> list[Sample]:
    return sorted(lane.samples.all(), key=lambda sample: (sample.case.number, sample.number))


def _lane(lane: Lane, profile: str, scale: float) -> ShownLane:
    samples = _samples(lane)
    cases, each = (len({key(one) for one in samples}) for key in (_case, _number))
    answers = [
        _answer(one.generation, place_words(one.case.number, cases, one.number, each), scale)
        for one in samples
    ]
    return ShownLane(letter(lane.position), profile, settings_of(lane.settings), answers)


def _case(sample: Sample) -> int:
    return sample.case_id


def _number(sample: Sample) -> int:
    return sample.number


def _answer(row: Generation, place: str, scale: float) -> ShownAnswer:
    metrics = row.metrics() if row.is_terminal else {}
    return ShownAnswer(
        place=place.capitalize(),
        status=row.status,
        status_words=STATUSES.get(row.status, row.status),
        ended=row.is_terminal,
        text=row.whole_text,
        error=row.error,
        main=[_figure(kind, metrics) for kind in MAIN_FIGURES],
        more=[_figure(kind, metrics) for kind in MORE_FIGURES if kind.is_shown(metrics)],
        waterfall=waterfall(metrics, scale),
        seed=row.seed,
        model=row.model.rpartition("/")[2],
        engine=f"{row.engine} {row.engine_version}".strip(),
    )


def _figure(kind: Any, metrics: Mapping[str, Any]) -> ShownFigure:
    return ShownFigure(kind.label, figure(kind, metrics), kind.definition, kind.phase)
