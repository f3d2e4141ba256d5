"""The decoding controls: names, ranges, defaults and what each does, declared in controls.toml.

The page renders them, the socket checks against them, and the worker turns them into
`SamplingSettings`.
"""

from collections.abc import Mapping
from typing import Any

from inference.decoding.combinations import check_combination
from inference.decoding.declaration import (
    BY_NAME,
    CONTROLS,
    MAX_SEED,
    BadSetting,
    Control,
)
from inference.decoding.methods import LANE_CONTROLS
from inference.decoding.values import check_value
from inference.engines.protocol import SamplingSettings

__all__ = [
    "BY_NAME",
    "CONTROLS",
    "MAX_SEED",
    "BadSetting",
    "Control",
    "check_settings",
    "sampling_settings",
    "whole",
]


def check_settings(
    given: Mapping[str, Any], honored: frozenset[str], *, together: bool = True
) -> dict[str, Any]:
    """All settings, defaults filled in, from what a person sent; sparse ones where they are set.

    `honored` holds the controls that the engine keeps to; others are refused, not ignored. So are
    settings that do nothing beside one another, unless they are not to be used `together`. Raises
    BadSetting naming the control and its limit.
    """
    known = honored | LANE_CONTROLS
    for name in given:
        if name not in BY_NAME:
            raise BadSetting(str(name)[:40], f"There is no setting called “{str(name)[:40]}”.")
        if name not in known:
            raise BadSetting(name, f"This profile's engine does not honor {BY_NAME[name].label}.")
    checked = {
        control.name: check_value(control, given.get(control.name))
        for control in CONTROLS
        if control.name in known
    }
    if together:
        check_combination(checked, known)
    return {
        name: value
        for name, value in checked.items()
        if not BY_NAME[name].sparse or value != BY_NAME[name].default
    }


def whole(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings with the sparse ones filled in that they leave out."""
    return {
        **{control.name: control.fallback for control in CONTROLS if control.sparse},
        **settings,
    }


def sampling_settings(resolved: Mapping[str, Any], seed: int) -> SamplingSettings:
    """The engine's settings from stored ones; a control that the engine lacks stays neutral."""
    neutral: dict[str, Any] = {
        "temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0,
        "presence_penalty": 0.0, "frequency_penalty": 0.0, "max_tokens": 256, "min_tokens": 0,
        "logprobs": None, "ignore_eos": False, "stop": (),
    }  # fmt: skip
    said = {name: value for name, value in resolved.items() if name not in LANE_CONTROLS}
    values = {**neutral, **said, "seed": seed}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return SamplingSettings(**{**values, **lists})
