"""What a share link shows of a run, made of plain values: nothing else can reach its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inference.models import Generation
from inference.profiles import profiles
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES
from playground.compare.models import Comparison, Lane
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
    """One generation. `number` is 0 where the lane has no other."""

    number: int
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
    """`messages` and what could quote them are empty where the prompt is left out."""

    title: str
    name: str
    messages: list[dict[str, str]]
    at: datetime
    lanes: list[ShownLane]


def shown_run(comparison: Comparison, shows_prompt: bool) -> ShownRun:
    """A run as its link shows it. It is titled by its own prompt: the session's title may be a
    private run's.
    """
    lanes = list(comparison.lanes.order_by("position").prefetch_related("samples__generation"))
    scale = scale_of([row.metrics() for lane in lanes for row in _generations(lane)])
    titles = {name: profile.title for name, profile in profiles().items()}
    return ShownRun(
        title=_title(comparison) if shows_prompt else NO_TITLE,
        name=comparison.name if shows_prompt else "",
        messages=comparison.messages if shows_prompt else [],
        at=comparison.created_at,
        lanes=[_lane(lane, titles.get(lane.profile, lane.profile), scale) for lane in lanes],
    )


def _title(comparison: Comparison) -> str:
    return prompt_line(comparison.messages) or comparison.name or NO_TITLE


def _generations(lane: Lane) -> list[Generation]:
    samples = sorted(lane.samples.all(), key=lambda sample: (sample.case_id, sample.number))
    return [sample.generation for sample in samples]


def _lane(lane: Lane, profile: str, scale: float) -> ShownLane:
    rows = _generations(lane)
    answers = [
        _answer(row, index if len(rows) > 1 else 0, scale) for index, row in enumerate(rows, 1)
    ]
    return ShownLane(letter(lane.position), profile, settings_of(lane.settings), answers)


def _answer(row: Generation, number: int, scale: float) -> ShownAnswer:
    metrics = row.metrics() if row.is_terminal else {}
    return ShownAnswer(
        number=number,
        status=row.status,
        status_words=STATUSES.get(row.status, row.status),
        ended=row.is_terminal,
        text=row.text,
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
