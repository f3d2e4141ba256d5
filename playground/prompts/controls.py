"""What a page needs to draw the decoding controls, filled with settings: in a lane or a preset."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.decoding.controls import CONTROLS, Control, whole
from inference.decoding.methods import LANE_CONTROLS

MAIN_CONTROLS = ("temperature", "top_p", "max_tokens", "seed")
SECTIONS: Mapping[str, str] = {
    "answers": "Several answers",
    "methods": "Methods",
    "words": "Words",
    "structure": "Form of the answer",
}
"""The groups of controls that are folded away, with their titles."""


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
        return self.control.kind == "float" and self.control.default is not None

    @property
    def is_number(self) -> bool:
        return self.control.kind in ("float", "int")

    @property
    def of_lane(self) -> bool:
        """Whether it holds for any engine."""
        return self.control.name in LANE_CONTROLS

    @property
    def default(self) -> str:
        """The default as the page's script reads it."""
        if self.control.kind == "list":
            return json.dumps(self.control.default)
        return "true" if self.control.default is True else shown(self.control.default)


@dataclass(frozen=True, slots=True)
class Section:
    """Controls that belong together, under a title."""

    title: str
    items: tuple[LaneControl, ...]


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
        return [
            item
            for item in self.controls
            if item.control.name not in MAIN_CONTROLS and item.control.group not in SECTIONS
        ]

    @property
    def sections(self) -> list[Section]:
        """What is folded away under “More methods”."""
        return [
            Section(title, tuple(item for item in self.controls if item.control.group == group))
            for group, title in SECTIONS.items()
        ]


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
    if control.kind == "flag":
        return LaneControl(control, position, "true" if value is True else "")
    listed = control.kind == "list" and isinstance(value, list)
    strings = tuple(str(item) for item in value) if listed else ()
    return LaneControl(control, position, shown(value), strings)


def setting_words(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What settings change from the defaults, as labels and values."""
    said = whole(settings)
    return [
        (control.label, value_words(control, said[control.name]))
        for control in CONTROLS
        if control.name in said and said[control.name] not in (control.default, None)
    ]


def value_words(control: Control, value: Any) -> str:
    """A setting as a page names it: the names of choices, yes and no."""
    if isinstance(value, list):
        return " ".join(f"“{item}”" for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return control.named(value) if control.kind == "choice" else shown(value)
