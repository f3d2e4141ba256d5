"""What a page needs to draw the decoding controls, filled with settings: in a lane or a preset."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.decoding.controls import CONTROLS, Control

MAIN_CONTROLS = ("temperature", "top_p", "max_tokens", "seed")


@dataclass(frozen=True, slots=True)
class LaneControl:
    """One control in one lane, with the value to show. `value` is "" where nothing was chosen."""

    control: Control
    lane: int
    value: str
    strings: tuple[str, ...] = ()

    @property
    def html_id(self) -> str:
        return f"lane-{self.lane}-{self.control.name}"

    @property
    def has_range(self) -> bool:
        return self.control.kind == "float"

    @property
    def default(self) -> str:
        return shown(self.control.default)


@dataclass(frozen=True, slots=True)
class ControlsForm:
    """All controls of one lane, or of a preset: that is a lane by itself."""

    position: int
    profile: str
    controls: tuple[LaneControl, ...]

    @property
    def main(self) -> list[LaneControl]:
        by_name = {item.control.name: item for item in self.controls}
        return [by_name[name] for name in MAIN_CONTROLS]

    @property
    def rest(self) -> list[LaneControl]:
        return [item for item in self.controls if item.control.name not in MAIN_CONTROLS]


def shown(value: Any) -> str:
    """A setting as a person types it: no needless zeros, nothing for none and for lists."""
    if value is None or isinstance(value, list | tuple | bool | dict):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def lane_controls(position: int, settings: Mapping[str, Any]) -> tuple[LaneControl, ...]:
    """Every control there is, with the value that `settings` give it, or its default."""
    return tuple(_lane_control(control, position, settings) for control in CONTROLS)


def _lane_control(control: Control, position: int, settings: Mapping[str, Any]) -> LaneControl:
    value = settings.get(control.name, control.default)
    listed = control.kind == "list" and isinstance(value, list)
    strings = tuple(str(item) for item in value) if listed else ()
    return LaneControl(control, position, shown(value), strings)


def setting_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What settings change from the defaults, as labels and values."""
    return [
        (control.label, _words(settings[control.name]))
        for control in CONTROLS
        if control.name in settings and settings[control.name] not in (control.default, None, [])
    ]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"“{item}”" for item in value)
    return shown(value)
