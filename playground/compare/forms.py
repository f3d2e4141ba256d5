"""What the page needs to draw its lanes: controls filled with first settings or a stored run's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.profiles import profiles
from playground.prompts.controls import ControlsForm, lane_controls

LANE_LETTERS = "ABCDEFGH"
"""A lane is named by its place in its run; there are as many letters as a run may have lanes."""

PRESETS: tuple[Mapping[str, Any], ...] = ({"temperature": 0}, {"temperature": 1, "top_p": 0.95})
"""A first pair that shows something: always the likeliest token, beside a sampled answer."""

HINTS = (
    "Temperature 0 always takes the likeliest token: the same answer each time.",
    "Sampling draws from the likelier tokens: a new answer for each seed. Try temperature 1.5 to "
    "see it fall apart.",
)
HINT = "This lane answers when you press Run."


@dataclass(frozen=True, slots=True)
class LaneForm(ControlsForm):
    """One lane of the page: `profile` is the chosen one's name, `hint` stands where its answer
    will."""

    hint: str = HINT

    @property
    def letter(self) -> str:
        return LANE_LETTERS[self.position]


def lane_forms(state: Mapping[str, Any] | None) -> list[LaneForm]:
    """The page's lanes: those of a stored run (`comparison_state`), or the presets."""
    first = next(iter(profiles()))
    if state is None or not state["lanes"]:
        return [
            LaneForm(position, first, lane_controls(position, preset), hint)
            for position, (preset, hint) in enumerate(zip(PRESETS, HINTS, strict=True))
        ]
    return [
        LaneForm(
            lane["position"], lane["profile"], lane_controls(lane["position"], lane["settings"])
        )
        for lane in state["lanes"]
    ]


def blank_lane() -> LaneForm:
    """A lane with the default settings, from which the page makes those that are added."""
    return LaneForm(0, next(iter(profiles())), lane_controls(0, {}))
