"""Logit biases as people write them: “lantern = -5”, or “#1234 = 2.5” for a token's id."""

import math
import re
from collections.abc import Iterable

from inference.decoding.declaration import BadSetting, Control

LARGEST = 100.0
WRITTEN = re.compile(r"(?P<token>.+?)\s*=\s*(?P<bias>[-+]?[0-9.]{1,12})\s*", re.DOTALL)
ID = re.compile(r"#([0-9]{1,9})")


def parse_bias(written: str) -> tuple[str, float]:
    """The token as written, and its bias. Raises ValueError."""
    found = WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError("written otherwise")
    return found["token"], float(found["bias"])


def token_id(written: str) -> int | None:
    """The id in “#1234”; None for a text."""
    found = ID.fullmatch(written)
    return int(found[1]) if found else None


def check_bias(control: Control, written: str) -> None:
    """Raises BadSetting naming the form or the limit."""
    try:
        _, bias = parse_bias(written)
    except ValueError as error:
        raise BadSetting(
            control.name, f"Write each {control.label.lower()} as “text = number”, not “{written}”."
        ) from error
    if not math.isfinite(bias) or abs(bias) > LARGEST:
        raise BadSetting(
            control.name, f"{control.label} goes from {-LARGEST:g} to {LARGEST:g}, not {bias:g}."
        )


def biases(written: Iterable[str]) -> list[tuple[str, float]]:
    """All of them, as they stand in checked settings."""
    return [parse_bias(item) for item in written]
