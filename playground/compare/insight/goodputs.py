"""Which share of the answers met limits on their times, for limits that a person slides."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms

from inference.analysis.goodput import Answers as Stored
from inference.analysis.goodput import Limits
from playground.compare.insight.answers import Answers, Arm, Figures

LIMITS = (("ttft_ms", "ttft", "First token within"), ("tpot_ms", "tpot", "Each token within"),
          ("e2e_ms", "e2e", "Whole answer within"))  # fmt: skip
"""Of each limit: the figure, its name in the address, and what it says."""
LONGEST_MS = 3_600_000
MOST_ANSWERS = 5000
"""So many answers go along with the page, the latest ones."""


class LimitsForm(forms.Form):
    """Limits in ms; one left out limits nothing."""

    ttft, tpot, e2e = (
        forms.FloatField(
            label=f"{words} (ms)",
            required=False,
            min_value=0,
            max_value=LONGEST_MS,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), "A time in ms, from 0 to 3,600,000."
            ),
            widget=forms.NumberInput(attrs={"class": "input", "step": "any"}),
        )
        for _, _, words in LIMITS
    )

    @property
    def limits(self) -> Limits:
        """Those that are in order."""
        given = getattr(self, "cleaned_data", {})
        return Limits(given.get("ttft"), given.get("tpot"), given.get("e2e"))


@dataclass(frozen=True, slots=True)
class GoodputLine:
    """One arm's share: in words, and as a width of 100."""

    arm: Arm
    good: int
    total: int

    @property
    def words(self) -> str:
        share = f" ({self.good / self.total:.1%})" if self.total else ""
        return f"{self.good:,} of {self.total:,}{share}"

    @property
    def width(self) -> str:
        return f"{100 * self.good / self.total:.2f}" if self.total else "0"


@dataclass(frozen=True, slots=True)
class Goodputs:
    """The shares at the form's limits, and what the page needs to work out others: `scales` are
    the least and the largest value of each figure, `drawing` the answers themselves."""

    form: LimitsForm
    lines: Sequence[GoodputLine]
    drawing: Mapping[str, Any]


def goodputs_of(answers: Answers, asked: Mapping[str, str]) -> Goodputs | None:
    """None where nothing has ended yet."""
    rows = answers.rows[-MOST_ANSWERS:]
    if not rows:
        return None
    form = LimitsForm({name: asked.get(name, "") for _, name, _ in LIMITS})
    form.is_valid()
    lines = [_line(arm, rows, form.limits) for arm in answers.arms]
    return Goodputs(form, lines, _drawing(answers.arms, rows))


def _line(arm: Arm, rows: Sequence[Figures], limits: Limits) -> GoodputLine:
    mine = [asdict(row) for row in rows if row.arm == arm.place]
    found = Stored(mine).goodput(limits)
    return GoodputLine(arm, found.good, found.total)


def _drawing(arms: Sequence[Arm], rows: Sequence[Figures]) -> dict[str, Any]:
    return {
        "arms": [arm.place for arm in arms],
        "rows": [[row.arm, row.done, row.ttft_ms, row.tpot_ms, row.e2e_ms] for row in rows],
        "scales": {name: _scale(rows, figure) for figure, name, _ in LIMITS},
    }


def _scale(rows: Sequence[Figures], figure: str) -> list[float] | None:
    known = [value for row in rows if (value := getattr(row, figure)) is not None]
    return [min(known), max(known)] if known else None
