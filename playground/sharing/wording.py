"""Figures and settings in the words of pages and reports, as the workbench writes them."""

from collections.abc import Mapping
from typing import Any

from inference.decoding.controls import CONTROLS
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES, Figure

FIGURES: tuple[Figure, ...] = (*MAIN_FIGURES, *MORE_FIGURES)
NOTHING = "–"
ENDINGS = {"stop": "Stop", "length": "Length", "abort": "Abort", "error": "Error"}
STATUSES = {
    "queued": "Waiting",
    "running": "Running",
    "done": "Done",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
    "failed": "Failed",
}


def letter(position: int) -> str:
    """What a lane is called."""
    return chr(ord("A") + position)


def duration(ms: float) -> str:
    """A time in ms or s, with as many digits as tell something."""
    if ms >= 9_999.5:
        return f"{ms / 1000:.1f} s"
    if ms >= 999.5:
        return f"{ms / 1000:.2f} s"
    if ms >= 99.95:
        return f"{ms:.0f} ms"
    if ms < 0.005:
        return "0 ms"
    return f"{ms:.{1 if ms >= 9.995 else 2}f} ms"


def figure(kind: Figure, metrics: Mapping[str, Any]) -> str:
    """One figure of `Generation.metrics()`, with its unit; a dash where it is unknown."""
    value = metrics.get(kind.name)
    if value is None or value == "":
        return NOTHING
    if kind.unit == "word":
        return ENDINGS.get(value, str(value))
    if kind.unit == "duration":
        return duration(float(value))
    if kind.unit == "rate":
        return f"{value:.1f}" if value < 100 else f"{value:.0f}"
    return f"{value:,}"


def settings_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings that say something, by label, in the order of the controls."""
    said = {control.label: _setting(settings.get(control.name)) for control in CONTROLS}
    return {label: words for label, words in said.items() if words}


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(f"“{_visible(str(item))}”" for item in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _visible(text: str) -> str:
    """Line breaks and tabs as they are typed in code: a stop string is often nothing else."""
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
