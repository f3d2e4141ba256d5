"""What the page needs to draw its lanes: controls filled with first settings or a stored run's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.profiles import profiles
from playground.prompts.controls import ControlsForm, lane_controls

LANE_LETTERS = "AB"
PRESETS: tuple[Mapping[str, Any], ...] = ({"temperature": 0}, {"temperature": 1, "top_p": 0.95})
"""A first pair that shows something: always the likeliest token, beside a sampled answer."""


@dataclass(frozen=True, slots=True)
class LaneForm(ControlsForm):
    """One lane of the page: `profile` is the chosen one's name."""

    @property
    def letter(self) -> str:
        return LANE_LETTERS[self.position]

    @property
    def other_letter(self) -> str:
        return LANE_LETTERS[1 - self.position]


def lane_forms(state: Mapping[str, Any] | None) -> list[LaneForm]:
    """The page's lanes: those of a stored run (`comparison_state`), or the presets."""
    stored = {lane["position"]: lane for lane in state["lanes"]} if state else {}
    first = next(iter(profiles()))
    return [
        LaneForm(
            position,
            stored.get(position, {}).get("profile", first),
            lane_controls(position, stored.get(position, {}).get("settings", preset)),
        )
        for position, preset in enumerate(PRESETS)
    ]
