"""Two runs side by side: what they were asked, how they were set, what came, how fast."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inference.metrics import figures
from inference.models import Generation
from inference.profiles import profiles
from playground.accounts.models import Membership
from playground.compare.access import access_comparison
from playground.compare.cases import first_asked_of
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES, Figure
from playground.compare.history.rows import differing_settings, label_of, letter_of, value_of
from playground.compare.models import Comparison
from playground.compare.requests import BadInput
from playground.prompts.diffs import Piece, TurnDiff, text_diff, turn_diffs

REFERENCE = re.compile(r"([0-9a-fA-F-]{36})/([1-9][0-9]{0,8})")
BULK = ("messages", "prompt_token_ids", "token_ids", "step_tokens", "logprobs", "engine_flags",
        "drafted_steps")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One lane of one of the two runs, with its first answer."""

    run: int
    letter: str
    profile: str
    settings: Mapping[str, Any]
    generation: Generation
    figures: Mapping[str, Any]
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one column. `best` where it is better than all others."""

    value: Any
    best: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure across all columns."""

    figure: Figure
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything the page shows. `runs` are the two in the order asked for."""

    runs: Sequence[Comparison]
    turns: Sequence[TurnDiff]
    columns: Sequence[Column]
    settings: Sequence[tuple[str, Sequence[str], bool]]
    figures: Sequence[FigureRow]

    @property
    def has_cases(self) -> bool:
        """Whether a run has more than the case that is shown: its first."""
        return any(run.cases.count() > 1 for run in self.runs)

    @property
    def same_prompt(self) -> bool:
        return all(turn.change == "same" for turn in self.turns)

    @property
    def pairs(self) -> list[tuple[Column | None, Column | None]]:
        """Lanes of the same letter beside each other, as far as both have them."""
        first, second = ({c.letter: c for c in self.columns if c.run == run} for run in (1, 2))
        return [(first.get(at), second.get(at)) for at in sorted({*first, *second})]


def check_reference(value: str, field: str) -> tuple[UUID, int]:
    """A run as the address names it, `<session>/<number>`. Raises BadInput."""
    found = REFERENCE.fullmatch(value.strip().removeprefix("/"))
    try:
        if found:
            return UUID(found[1]), int(found[2])
    except ValueError:
        pass
    raise BadInput("Choose two runs in the history to put them side by side.", field)


def beside_of(membership: Membership, first: tuple[UUID, int], second: tuple[UUID, int]) -> Beside:
    """Two runs that the person may see. Raises Http404."""
    runs = [access_comparison(membership, *first), access_comparison(membership, *second)]
    columns = [column for place, run in enumerate(runs, 1) for column in _columns(place, run)]
    return Beside(
        runs,
        turn_diffs(first_asked_of(runs[0]), first_asked_of(runs[1])),
        _with_differences(columns),
        _settings(columns),
        _figures(columns),
    )


def _columns(place: int, run: Comparison) -> list[Column]:
    titles = {name: profile.title for name, profile in profiles().items()}
    generations = Generation.objects.defer(*BULK).filter(sample__lane__comparison=run)
    found = generations.select_related("sample__lane").order_by(
        "sample__lane__position", "sample__case__number", "sample__number"
    )
    first = {row.sample.lane.position: row for row in reversed(found)}
    return [
        Column(
            place,
            letter_of(position),
            titles.get(row.profile, row.profile),
            {**row.sample.lane.settings, "seed": row.seed},
            row,
            figures(row),
        )
        for position, row in sorted(first.items())
    ]


def _with_differences(columns: Sequence[Column]) -> list[Column]:
    """Each column with its answer as pieces: of the second run, told apart from the first's."""
    first = {column.letter: column for column in columns if column.run == 1}
    return [_told_apart(column, first.get(column.letter)) for column in columns]


def _told_apart(column: Column, other: Column | None) -> Column:
    text = column.generation.whole_text
    if column.run == 1 or other is None:
        pieces = [Piece("same", text)]
    else:
        pieces = text_diff(other.generation.whole_text, text)
    return Column(
        column.run, column.letter, column.profile, column.settings, column.generation,
        column.figures, pieces,
    )  # fmt: skip


def _settings(columns: Sequence[Column]) -> list[tuple[str, Sequence[str], bool]]:
    """Each setting's label, its value in each column, and whether they differ; those first."""
    given = [column.settings for column in columns]
    differing = differing_settings(given)
    names = {name: name in differing for name in (*differing, *(n for g in given for n in g))}
    return [
        (label_of(name), [value_of(settings.get(name), name) for settings in given], differs)
        for name, differs in names.items()
    ]


def _figures(columns: Sequence[Column]) -> list[FigureRow]:
    return [
        FigureRow(figure, _cells(figure, [column.figures.get(figure.name) for column in columns]))
        for figure in (*MAIN_FIGURES, *MORE_FIGURES)
        if figure.is_shown(*(column.figures for column in columns))
    ]


def _cells(figure: Figure, values: Sequence[Any]) -> list[Cell]:
    known = [value for value in values if isinstance(value, int | float)]
    best = None
    if figure.better and len(set(known)) > 1:
        best = min(known) if figure.better == "lower" else max(known)
    return [Cell(value, best is not None and value == best) for value in values]
