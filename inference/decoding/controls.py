"""The decoding controls: names, ranges, defaults and what each does, declared in controls.toml.

The page renders them, the socket checks against them, and the worker turns them into
`SamplingSettings`.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inference.engines.protocol import SamplingSettings

MAX_STOP_STRINGS = 8
MAX_STOP_LENGTH = 64
MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Control:
    """One decoding setting: its inclusive range, its default, and a line on what it does."""

    name: str
    label: str
    kind: Literal["float", "int", "list"]
    help: str
    group: Literal["sampling", "penalties", "length"]
    default: float | list[str] | None = None
    minimum: float = 0
    maximum: float = 0
    step: float = 1
    placeholder: str = ""


class BadSetting(ValueError):
    """A setting that no engine would take; `control` names it, the message says the limit."""

    def __init__(self, control: str, message: str) -> None:
        super().__init__(message)
        self.control = control


def _load() -> tuple[Control, ...]:
    declared = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(Control(**entry) for entry in declared["control"])


CONTROLS: tuple[Control, ...] = _load()
BY_NAME: Mapping[str, Control] = {control.name: control for control in CONTROLS}


def check_settings(given: Mapping[str, Any], honored: frozenset[str]) -> dict[str, Any]:
    """All settings, defaults filled in, from what a person sent.

    `honored` holds the controls that the engine keeps to; others are refused, not ignored.
    Raises BadSetting naming the control and its limit.
    """
    for name in given:
        if name not in BY_NAME:
            raise BadSetting(str(name)[:40], f"There is no setting called “{str(name)[:40]}”.")
        if name not in honored:
            raise BadSetting(name, f"This profile's engine does not honor {BY_NAME[name].label}.")
    return {
        control.name: _check_one(control, given.get(control.name))
        for control in CONTROLS
        if control.name in honored
    }


def _check_one(control: Control, value: Any) -> Any:
    if value is None or value == "":
        return list(control.default) if isinstance(control.default, list) else control.default
    if control.kind == "list":
        return _check_stop(control, value)
    number = _number(control, value)
    if not control.minimum <= number <= control.maximum:
        raise BadSetting(
            control.name,
            f"{control.label} is {number:g}; "
            f"it goes from {control.minimum:g} to {control.maximum:g}.",
        )
    return number


def _number(control: Control, value: Any) -> float | int:
    whole = control.kind == "int"
    problem = BadSetting(
        control.name, f"{control.label} must be a {'whole ' if whole else ''}number."
    )
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise problem
    if isinstance(value, str) and len(value) > 40:
        raise problem
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise problem from error
    if not math.isfinite(number):
        raise problem
    if whole and number != int(number):
        raise problem
    return int(number) if whole else number


def _check_stop(control: Control, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadSetting(control.name, "Stop strings must be a list of strings.")
    strings = [item for item in value if item]
    if len(strings) > MAX_STOP_STRINGS:
        raise BadSetting(control.name, f"{len(strings)} stop strings; at most {MAX_STOP_STRINGS}.")
    if any(len(item) > MAX_STOP_LENGTH for item in strings):
        raise BadSetting(
            control.name, f"A stop string may have at most {MAX_STOP_LENGTH} characters."
        )
    if any("\x00" in item for item in strings):
        raise BadSetting(control.name, "A stop string may not hold a NUL character.")
    return strings


def sampling_settings(resolved: Mapping[str, Any], seed: int) -> SamplingSettings:
    """The engine's settings from stored ones; a control that the engine lacks stays neutral."""
    neutral: dict[str, Any] = {
        "temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0,
        "presence_penalty": 0.0, "frequency_penalty": 0.0, "max_tokens": 256, "min_tokens": 0,
        "logprobs": None, "ignore_eos": False,
    }  # fmt: skip
    values = {**neutral, **resolved, "seed": seed, "stop": tuple(resolved.get("stop", ()))}
    return SamplingSettings(**values)
