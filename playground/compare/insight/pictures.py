"""Bars of the pictures, in the units of their drawing: 1000 wide, whatever they show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inference.analysis.prefix_cache import CachedPrompt
from inference.analysis.speculation import Speculation, speculation
from inference.analysis.timing import Step, Timing, timing
from inference.analysis.waterfall import HELP, Waterfall, waterfall
from playground.compare.insight.lanes import InsightLane
from playground.compare.insight.tokens import counted
from playground.compare.wording import NOTHING, duration

WIDTH = 1000
NARROWEST = 600
"""A strip has about so many cells at most: more could not be told apart on a screen."""
LEGEND = [(name.replace(" ", "-"), name) for name in HELP]
"""Of each kind of segment: its class and its name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `kind` says how it looks, `title` what it is, "" where that needs no words."""

    x: str
    width: str
    kind: str
    title: str = ""
    y: str = "0"
    height: str = "0"


@dataclass(frozen=True, slots=True)
class WaterfallPicture:
    """One lane's way, to a scale that all lanes share."""

    lane: InsightLane
    found: Waterfall
    bars: Sequence[Bar]
    rows: Sequence[tuple[str, str, str, str, str]]
    """Of each segment: its class, name, time, whether it was measured, and what it holds."""
    total: str

    @property
    def words(self) -> str:
        parts = ", ".join(f"{name} {time}" for _, name, time, _, _ in self.rows)
        return f"{self.lane.name}: {parts or 'nothing measured yet'}"


def waterfalls(lanes: Iterable[InsightLane]) -> list[WaterfallPicture]:
    """A picture for each lane."""
    found = [(lane, waterfall(lane.row)) for lane in lanes]
    scale = max((flow.total_us for _, flow in found), default=0) or 1
    return [_waterfall(lane, flow, scale) for lane, flow in found]


def _waterfall(lane: InsightLane, flow: Waterfall, scale: int) -> WaterfallPicture:
    bars, rows = [], []
    for one in flow.segments:
        kind = one.name.replace(" ", "-")
        time = duration(one.duration_us / 1000)
        bars.append(_bar(one.start_us, one.duration_us, scale, kind, f"{one.name}: {time}"))
        measured = "measured" if one.kind == "measured" else "what is left over"
        rows.append((kind, one.name, time, measured, one.help))
    return WaterfallPicture(lane, flow, bars, rows, duration(flow.total_us / 1000))


def _bar(start: float, length: float, scale: float, kind: str, title: str = "") -> Bar:
    return Bar(f"{start / scale * WIDTH:.2f}", f"{length / scale * WIDTH:.2f}", kind, title)


def reach(found: Iterable[Waterfall | Timing]) -> str:
    """Where the scale ends that pictures share."""
    return duration(max((one.total_us for one in found), default=0) / 1000)


@dataclass(frozen=True, slots=True)
class TimingPicture:
    """One lane's rhythm: a cell a step, as wide as the gap before it."""

    lane: InsightLane
    found: Timing
    bars: Sequence[Bar]
    total: str
    words: str

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        """Steps, median gap, stalls, the time in them, and steps of several tokens."""
        median = self.found.median_us
        return (
            f"{len(self.found.steps):,}",
            duration(median / 1000) if median is not None else NOTHING,
            f"{len(self.found.stalls):,}",
            duration(self.found.stalled_us / 1000),
            f"{self.found.multi_token_steps:,}",
        )


def timings(lanes: Iterable[InsightLane]) -> list[TimingPicture]:
    """A picture for each lane that has steps, to one scale."""
    found = [(lane, timing(lane.row.gaps_us, lane.row.step_tokens)) for lane in lanes]
    scale = max((strip.total_us for _, strip in found), default=0) or 1
    return [
        TimingPicture(
            lane,
            strip,
            list(_cells(strip, scale)),
            duration(strip.total_us / 1000),
            _rhythm(strip),
        )
        for lane, strip in found
        if strip.steps
    ]


def _cells(strip: Timing, scale: int) -> Iterable[Bar]:
    """A cell a step. Steps of one kind that would be too narrow to be seen share one; a stall
    stands alone."""
    start = gathered = shown = 0
    for step, after in zip(strip.steps, [*strip.steps[1:], None], strict=True):
        gathered += step.gap_us or 0
        kind = _kind(step)
        narrow = gathered < scale / NARROWEST
        if after is not None and narrow and kind != "stalled" and kind == _kind(after):
            continue
        if gathered:
            alone = gathered == step.gap_us and kind != "plain"
            shade = ("odd", "even")[shown % 2] if kind == "plain" else kind
            yield _bar(start, gathered, scale, shade, _named(step) if alone else "")
            shown += 1
        start, gathered = start + gathered, 0


def _kind(step: Step) -> str:
    if step.stalled:
        return "stalled"
    return "several" if step.tokens > 1 else "plain"


def _named(step: Step) -> str:
    stall = ", a stall" if step.stalled else ""
    several = f", {step.tokens} tokens at once" if step.tokens > 1 else ""
    gap = duration((step.gap_us or 0) / 1000)
    return f"Step {step.index + 1}, token {step.first_token + 1}: {gap}{stall}{several}"


def _rhythm(strip: Timing) -> str:
    if strip.median_us is None:
        return "One step: there is no gap to show."
    median = duration(strip.median_us / 1000)
    words = f"{counted(len(strip.steps), 'step')}, half of the gaps under {median}."
    if strip.stalls:
        stalled = duration(strip.stalled_us / 1000)
        words += f" {counted(len(strip.stalls), 'stall')} (over 3 times that) took {stalled}."
    else:
        words += " No stall."
    if strip.multi_token_steps:
        words += f" {counted(strip.multi_token_steps, 'step')} brought several tokens at once."
    return words


@dataclass(frozen=True, slots=True)
class RibbonPicture:
    """What guessing ahead brought in one lane."""

    lane: InsightLane
    found: Speculation
    bars: Sequence[Bar]
    words: str

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Guessed, kept, the share, and tokens a step that guessed."""
        found = self.found
        return (
            f"{found.drafted:,}",
            f"{found.accepted:,}",
            f"{found.rate or 0:.1%}",
            f"{found.acceptance_length or 0:.2f}",
        )


RIBBON_HEIGHT = 40


def ribbons(lanes: Iterable[InsightLane]) -> list[RibbonPicture]:
    """A picture for each lane whose engine guessed ahead."""
    return [
        _ribbon(lane, speculation(lane.row.drafted_steps, lane.row.accepted_steps or []))
        for lane in lanes
        if lane.row.drafted_steps
        and len(lane.row.drafted_steps) == len(lane.row.accepted_steps or [])
    ]


def _ribbon(lane: InsightLane, found: Speculation) -> RibbonPicture:
    tallest = max(cell.drafted for cell in found.cells) or 1
    bars = []
    for cell in found.cells:
        for kind, count in (("drafted", cell.drafted), ("accepted", cell.accepted)):
            height = count / tallest * RIBBON_HEIGHT
            bar = _bar(cell.index, 0.9, len(found.cells), kind)
            top = f"{RIBBON_HEIGHT - height:.2f}"
            bars.append(Bar(bar.x, bar.width, kind, "", top, f"{height:.2f}"))
    words = (
        f"{found.accepted:,} of {found.drafted:,} guessed tokens were kept "
        f"({found.rate or 0:.0%}); a step that guessed brought {found.acceptance_length or 0:.2f} "
        "tokens on average."
    )
    return RibbonPicture(lane, found, bars, words)


@dataclass(frozen=True, slots=True)
class CachePicture:
    """How much of one lane's prompt came from the cache."""

    lane: InsightLane
    bars: Sequence[Bar]
    words: str


def cached_prompt(lane: InsightLane) -> CachedPrompt:
    return CachedPrompt(lane.name, lane.row.prompt_tokens, lane.row.cached_tokens)


def caches(lanes: Iterable[InsightLane]) -> list[CachePicture]:
    """A picture for each lane."""
    return [_cache(lane, cached_prompt(lane)) for lane in lanes]


def _cache(lane: InsightLane, prompt: CachedPrompt) -> CachePicture:
    if prompt.share is None:
        return CachePicture(lane, [], "not known")
    words = (
        f"{prompt.cached_tokens:,} of {prompt.prompt_tokens:,} prompt tokens ({prompt.share:.0%})"
    )
    return CachePicture(lane, [_bar(0, prompt.share, 1, "cached")], words)
