"""What the page needs to draw a lane: its controls, filled with a preset or with a stored run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.decoding.controls import CONTROLS, Control
from inference.profiles import profiles

LANE_LETTERS = "AB"
MAIN_CONTROLS = ("temperature", "top_p", "max_tokens", "seed")
PRESETS: tuple[Mapping[str, Any], ...] = ({"temperature": 0}, {"temperature": 1, "top_p": 0.95})
"""A first pair that shows something: always the likeliest token, beside a sampled answer."""


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
class LaneForm:
    """One lane of the page: `profile` is the chosen one's name."""

    position: int
    profile: str
    controls: tuple[LaneControl, ...]

    @property
    def letter(self) -> str:
        return LANE_LETTERS[self.position]

    @property
    def other_letter(self) -> str:
        return LANE_LETTERS[1 - self.position]

    @property
    def main(self) -> list[LaneControl]:
        by_name = {item.control.name: item for item in self.controls}
        return [by_name[name] for name in MAIN_CONTROLS]

    @property
    def rest(self) -> list[LaneControl]:
        return [item for item in self.controls if item.control.name not in MAIN_CONTROLS]


def shown(value: Any) -> str:
    """A setting as a person types it: no needless zeros, nothing for none and for lists."""
    if value is None or isinstance(value, list | tuple | bool):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def lane_forms(state: Mapping[str, Any] | None) -> list[LaneForm]:
    """The page's lanes: those of a stored run (`comparison_state`), or the presets."""
    stored = {lane["position"]: lane for lane in state["lanes"]} if state else {}
    first = next(iter(profiles()))
    return [
        _lane_form(
            position,
            stored.get(position, {}).get("profile", first),
            stored.get(position, {}).get("settings", preset),
        )
        for position, preset in enumerate(PRESETS)
    ]


def _lane_form(position: int, profile: str, settings: Mapping[str, Any]) -> LaneForm:
    return LaneForm(
        position, profile, tuple(_lane_control(control, position, settings) for control in CONTROLS)
    )


def _lane_control(control: Control, position: int, settings: Mapping[str, Any]) -> LaneControl:
    value = settings.get(control.name, control.default)
    strings = tuple(value) if control.kind == "list" and value else ()
    return LaneControl(control, position, shown(value), strings)
