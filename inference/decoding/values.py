"""One setting's value: of its kind and in its range, or refused with the limit."""

import math
from typing import Any

from inference.decoding.bias import check_bias
from inference.decoding.declaration import BadSetting, Control

SAYING_YES = frozenset({True, "true", "yes", "1", "on"})
SAYING_NO = frozenset({False, "false", "no", "0", "off"})


def check_value(control: Control, value: Any) -> Any:
    """The value to keep; the default where there is none. Raises BadSetting."""
    if value is None or value == "":
        return control.fallback
    match control.kind:
        case "list":
            return _check_list(control, value)
        case "choice":
            return _check_choice(control, value)
        case "flag":
            return _check_flag(control, value)
        case "text":
            return _check_text(control, value)
        case _:
            return _check_number(control, value)


def _check_number(control: Control, value: Any) -> float | int:
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


def _check_list(control: Control, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadSetting(control.name, f"{control.label} must be a list of strings.")
    strings = [item for item in value if item]
    if len(strings) > control.most:
        raise BadSetting(
            control.name, f"{control.label}: {len(strings)} strings; at most {control.most}."
        )
    for item in strings:
        _check_string(control, item)
        if control.form == "bias":
            check_bias(control, item)
    return strings


def _check_string(control: Control, item: str) -> None:
    if len(item) > control.longest:
        raise BadSetting(
            control.name,
            f"{control.label}: one has {len(item)} characters; at most {control.longest}.",
        )
    _check_storable(control, item)


def _check_storable(control: Control, text: str) -> None:
    """Lone surrogates come as escapes in JSON; neither they nor NUL can be stored."""
    if "\x00" in text:
        raise BadSetting(control.name, f"{control.label} may not hold a NUL character.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadSetting(control.name, f"{control.label} holds half of a character.")


def _check_choice(control: Control, value: Any) -> str:
    names = [name for name, _ in control.options]
    if not isinstance(value, str) or value not in names:
        words = ", ".join(label for _, label in control.options)
        raise BadSetting(control.name, f"{control.label} is one of: {words}.")
    return value


def _check_flag(control: Control, value: Any) -> bool:
    said = value.strip().lower() if isinstance(value, str) else value
    if isinstance(said, bool | str | int) and said in SAYING_YES | SAYING_NO:
        return said in SAYING_YES
    raise BadSetting(control.name, f"{control.label} is either yes or no.")


def _check_text(control: Control, value: Any) -> str:
    if not isinstance(value, str):
        raise BadSetting(control.name, f"{control.label} must be a text.")
    if len(value) > control.longest:
        raise BadSetting(
            control.name,
            f"{control.label} has {len(value):,} characters; at most {control.longest:,}.",
        )
    _check_storable(control, value)
    return value
