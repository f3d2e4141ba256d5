"""A run's lanes, figures and settings in the words of pages and reports."""

from collections.abc import Mapping
from typing import Any

from inference.decoding.controls import CONTROLS, Control
from playground.compare.figures import MAIN_FIGURES, MORE_FIGURES, Figure
from playground.compare.wording import written

FIGURES: tuple[Figure, ...] = (*MAIN_FIGURES, *MORE_FIGURES)


def letter(position: int) -> str:
    """What a lane is called."""
    return chr(ord("A") + position)


def figure(kind: Figure, metrics: Mapping[str, Any]) -> str:
    """One figure of `Generation.metrics()`, with its unit; a dash where it is unknown."""
    return written(metrics.get(kind.name), kind.unit)


def settings_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings that say something, by label, in the order of the controls."""
    said = {control.label: _setting(control, settings.get(control.name)) for control in CONTROLS}
    return {label: words for label, words in said.items() if words}


def _setting(control: Control, value: Any) -> str:
    if control.kind == "choice" and value is not None:
        return control.named(value)
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
