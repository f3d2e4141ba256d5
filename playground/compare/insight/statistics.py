"""Whether arms differ or only seem to: their differences pair by pair, and how often each ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.analysis.paired import NONE_SHOWN, Difference, compare, wilson
from playground.compare.insight.answers import Answers, Arm, Figures, Round
from playground.compare.insight.pictures import WIDTH, Bar
from playground.compare.insight.tokens import counted
from playground.compare.wording import NOTHING, duration

MOST_PAIRS = 256
"""Of a comparison, the latest so many pairs are taken: more take seconds to resample."""
MARGIN = 0.06
"""Of the picture's width, left free on both sides."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is compared; `lower` and `higher` are what less and more of it is called."""

    name: str
    title: str
    unit: str
    lower: str
    higher: str

    @property
    def axis(self) -> str:
        """What the axis shows; times have their unit with each figure, ms or s."""
        return "More tokens" if self.unit == "tokens" else "More time"


MEASURES = (
    Measure("ttft_ms", "Time to first token (engine)", "ms", "sooner", "later"),
    Measure("tpot_ms", "Time per output token", "ms", "faster", "slower"),
    Measure("e2e_ms", "End to end", "ms", "faster", "slower"),
    Measure("output_tokens", "Length of the answer", "tokens", "shorter", "longer"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One arm against the base: in words and figures, and as a whisker with a point.

    Without two pairs there is nothing to say: `pairs` alone is set.
    """

    arm: Arm
    pairs: int
    verdict: str
    shown: bool
    median: str = NOTHING
    interval: str = NOTHING
    p: str = NOTHING
    adjusted: str = NOTHING
    whisker: Bar | None = None
    point: Bar | None = None

    tone: str = ""
    """`good` or `warn` where less time or more is shown; a length is neither."""

    @property
    def words(self) -> str:
        return f"{self.arm.name}: {self.median}, 95% interval {self.interval}; {self.verdict}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure over all arms. `zero` is where no difference lies, `ticks` what the axis says."""

    measure: Measure
    lines: Sequence[Line]
    zero: str
    ticks: Sequence[str]


@dataclass(frozen=True, slots=True)
class RateLine:
    """How many of an arm's answers came to a good end, and how many Max tokens cut off."""

    arm: Arm
    done: str
    cut_off: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it, against `base`; `notes` say what to know before reading it."""

    base: Arm
    measured: Sequence[Measured]
    rates: Sequence[RateLine]
    notes: Sequence[str]
    comparisons: int

    @property
    def has_pairs(self) -> bool:
        return any(line.whisker for one in self.measured for line in one.lines)


def statistics_of(answers: Answers, letter: str = "") -> Statistics | None:
    """Every arm against the one of this letter, or the first; None where there is but one."""
    if len(answers.arms) < 2:
        return None
    base = next((arm for arm in answers.arms if arm.letter == letter), answers.arms[0])
    others = [arm for arm in answers.arms if arm is not base]
    found = {arm.place: _by_round(answers.of(arm)) for arm in answers.arms}
    pairs = {arm.place: _shared(found[base.place], found[arm.place]) for arm in others}
    asked = [
        _values(measure, found[base.place], found[arm.place], pairs[arm.place])
        for measure in MEASURES
        for arm in others
    ]
    results = iter(compare(asked))
    measured = [
        _measured(measure, others, pairs, [next(results) for _ in others]) for measure in MEASURES
    ]
    notes = list(_notes(answers, base, found, pairs))
    rates = [_rate(arm, answers.of(arm)) for arm in answers.arms]
    return Statistics(base, measured, rates, notes, sum(1 for each in asked if len(each[0]) > 1))


def _by_round(rows: Sequence[Figures]) -> dict[Round, Figures]:
    """An arm that stands in two lanes of a run is asked twice: its first answer is taken."""
    found: dict[Round, Figures] = {}
    for row in rows:
        if row.done:
            found.setdefault(row.round, row)
    return found


def _shared(one: Mapping[Round, Figures], two: Mapping[Round, Figures]) -> list[Round]:
    return sorted(one.keys() & two.keys())[-MOST_PAIRS:]


Values = tuple[list[float | None], list[float | None]]


def _values(
    measure: Measure,
    base: Mapping[Round, Figures],
    other: Mapping[Round, Figures],
    rounds: Sequence[Round],
) -> Values:
    first, second = ([getattr(rows[one], measure.name) for one in rounds] for rows in (base, other))
    return first, second


def _measured(
    measure: Measure,
    arms: Sequence[Arm],
    pairs: Mapping[int, Sequence[Round]],
    found: Sequence[Difference | None],
) -> Measured:
    known = [one for one in found if one is not None]
    low = min([0.0, *(one.interval.low for one in known)])
    high = max([0.0, *(one.interval.high for one in known)])
    scale = _Scale(low, high)
    lines = [
        _line(measure, arm, len(pairs[arm.place]), one, scale)
        for arm, one in zip(arms, found, strict=True)
    ]
    return Measured(measure, lines, f"{scale.at(0):.2f}", scale.ticks(measure.unit))


class _Scale:
    """From a figure to its place in the picture; 0 is always in it."""

    def __init__(self, low: float, high: float) -> None:
        room = (high - low) * MARGIN or 1.0
        self.low, self.high = low - room, high + room

    def at(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low) * WIDTH

    def ticks(self, unit: str) -> list[str]:
        middle = (self.low + self.high) / 2
        return [
            _signed(value, unit).removesuffix(f" {unit}" if unit == "tokens" else "")
            for value in (self.low, middle, self.high)
        ]


def _line(measure: Measure, arm: Arm, pairs: int, found: Difference | None, scale: _Scale) -> Line:
    if found is None:
        return Line(arm, pairs, "too few pairs to say", shown=False)
    shown = found.verdict != NONE_SHOWN
    words = measure.lower if found.median < 0 else measure.higher
    low, high = found.interval.low, found.interval.high
    start, end, middle = scale.at(low), scale.at(high), scale.at(found.median)
    return Line(
        arm,
        found.pairs,
        words if shown else NONE_SHOWN,
        shown,
        _signed(found.median, measure.unit),
        f"{_signed(low, measure.unit)} to {_signed(high, measure.unit)}",
        _probability(found.p),
        _probability(found.adjusted),
        Bar(f"{start:.2f}", f"{max(end - start, 2):.2f}", "whisker"),
        Bar(f"{middle - 4:.2f}", "8", "point"),
        _tone(measure, found.median) if shown else "",
    )


def _tone(measure: Measure, difference: float) -> str:
    if measure.unit != "ms":
        return ""
    return "good" if difference < 0 else "warn"


def _signed(value: float, unit: str) -> str:
    if unit == "ms":
        words = duration(abs(value))
    else:
        words = f"{abs(value):,.0f} {unit}" if abs(value) >= 10 else f"{abs(value):.1f} {unit}"
    if value == 0:
        return words
    return f"{'+' if value > 0 else '−'}{words}"


def _probability(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _notes(
    answers: Answers,
    base: Arm,
    found: Mapping[int, Mapping[Round, Figures]],
    pairs: Mapping[int, Sequence[Round]],
) -> "list[str]":
    notes = []
    if answers.left_out:
        notes.append(
            f"{counted(answers.left_out, 'kind')} of lane beyond the eight most frequent left out."
        )
    if any(len(found[base.place].keys() & found[place].keys()) > MOST_PAIRS for place in pairs):
        notes.append(f"The latest {MOST_PAIRS} pairs of each two lanes are compared.")
    seeds = [
        found[base.place][one].seed == found[place][one].seed
        for place, rounds in pairs.items()
        for one in rounds
    ]
    if seeds and not all(seeds):
        notes.append(
            "Not all pairs have the same seed, so part of a difference is what was drawn. Give "
            "the lanes the same seed to compare them more closely."
        )
    return notes


def _rate(arm: Arm, rows: Sequence[Figures]) -> RateLine:
    done = sum(row.done for row in rows)
    cut = sum(row.cut_off for row in rows)
    return RateLine(arm, _share(done, len(rows)), _share(cut, len(rows)))


def _share(count: int, total: int) -> str:
    """“12 of 20 (60%, 95% interval 39% to 78%)”."""
    rate = wilson(count, total)
    if rate is None:
        return NOTHING
    low, high = rate.interval.low, rate.interval.high
    return f"{count} of {total} ({rate.share:.0%}, 95% interval {low:.0%} to {high:.0%})"
