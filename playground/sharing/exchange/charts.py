"""The pictures of a report: SVG files that need nothing from elsewhere, and hold no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from xml.sax.saxutils import escape

from inference.models import Generation
from playground.compare.wording import duration
from playground.sharing.phases import PHASES, scale_of, span

PHASE_COLORS = {
    "dispatch": "#9aa0aa",
    "queue": "#d69a0c",
    "prefill": "#7c4ddb",
    "decode": "#12907b",
}
LINE_COLORS = (
    "#2459d6",
    "#b0450a",
    "#12907b",
    "#7c4ddb",
    "#b8231a",
    "#d69a0c",
    "#136c38",
    "#55595f",
)
WIDTH, LEFT, RIGHT, ROW, TOP = 760, 90, 90, 34, 44
INNER = WIDTH - LEFT - RIGHT
HEIGHT = 220


@dataclass(frozen=True, slots=True)
class Charted:
    """One answer under the name that the pictures give it."""

    name: str
    row: Generation


def waterfalls(answers: Sequence[Charted]) -> str:
    """A bar for each answer, split into its phases, on one scale."""
    all_metrics = [answer.row.metrics() for answer in answers]
    scale = scale_of(all_metrics) or 1.0
    parts = [_legend()]
    for index, (answer, metrics) in enumerate(zip(answers, all_metrics, strict=True)):
        y = TOP + index * ROW
        parts.append(_text(LEFT - 10, y + 14, answer.name, "end"))
        x = float(LEFT)
        for phase in PHASES:
            width = (metrics.get(f"{phase}_ms") or 0) / scale * INNER
            parts.append(_bar(x, y, width, PHASE_COLORS[phase]))
            x += width
        parts.append(_text(x + 8, y + 14, duration(span(metrics))))
    return _picture(TOP + len(answers) * ROW + 8, parts, "Where the time went, by lane")


def arrivals(answers: Sequence[Charted]) -> str:
    """Tokens over time from the first token on: stutter shows as steps, speed as slope."""
    lines = [_arrival(answer.row) for answer in answers]
    longest = max((line[-1][0] for line in lines if line), default=0) or 1
    most = max((line[-1][1] for line in lines if line), default=0) or 1
    bottom = TOP + HEIGHT
    parts: list[str] = [
        _axis(LEFT, TOP, LEFT, bottom),
        _axis(LEFT, bottom, LEFT + INNER, bottom),
        _text(LEFT - 8, TOP + 5, f"{most:,}", "end"),
        _text(LEFT - 8, bottom, "0", "end"),
        _text(LEFT + INNER, bottom + 18, duration(longest / 1000), "end"),
        _text(LEFT, bottom + 18, "first token"),
    ]
    for index, (answer, line) in enumerate(zip(answers, lines, strict=True)):
        color = LINE_COLORS[index % len(LINE_COLORS)]
        points = " ".join(
            f"{LEFT + us / longest * INNER:.1f},{bottom - count / most * HEIGHT:.1f}"
            for us, count in line
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(_bar(LEFT + index * 110, 14, 12, color))
        parts.append(_text(LEFT + 18 + index * 110, 26, answer.name))
    return _picture(bottom + 30, parts, "Tokens over time, from the first token on, by lane")


def _arrival(row: Generation) -> list[tuple[int, int]]:
    """(µs since the first step, tokens so far) after each step."""
    steps = row.step_tokens or []
    times = accumulate(row.gaps_us or [], initial=0)
    return list(zip(times, accumulate(steps), strict=False))


def _legend() -> str:
    parts = []
    for index, phase in enumerate(PHASES):
        parts.append(_bar(LEFT + index * 110, 14, 12, PHASE_COLORS[phase]))
        parts.append(_text(LEFT + 18 + index * 110, 26, phase.capitalize()))
    return "".join(parts)


def _bar(x: float, y: float, width: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="16" rx="2" fill="{color}"/>'


def _axis(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#cfcfc8"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(height: int, parts: Sequence[Any], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="Inter, system-ui, sans-serif" '
        f'font-size="13" fill="#17181b" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )
