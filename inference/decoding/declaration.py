"""What a decoding control is, and all of them, read from controls.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

MAX_STOP_STRINGS = 8
MAX_STOP_LENGTH = 64
MAX_SEED = 2**31 - 1
Kind = Literal["float", "int", "list", "choice", "flag", "text"]
Group = Literal["sampling", "penalties", "length", "answers", "methods", "words", "structure"]


@dataclass(frozen=True, slots=True)
class Control:
    """One decoding setting: its inclusive range, its default, and a line on what it does.

    A list holds at most `most` strings, each of at most `longest` characters; `form` says how they
    are written. `options` are the values of a choice with their names. One that is `sparse` is kept
    only where it differs from its default.
    """

    name: str
    label: str
    kind: Kind
    help: str
    group: Group
    default: float | str | bool | list[str] | None = None
    minimum: float = 0
    maximum: float = 0
    step: float = 1
    most: int = MAX_STOP_STRINGS
    longest: int = MAX_STOP_LENGTH
    form: Literal["plain", "bias"] = "plain"
    options: tuple[tuple[str, str], ...] = ()
    sparse: bool = False
    placeholder: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it holds what people write, rather than a number or one of a few names."""
        return self.kind in ("list", "text")

    @property
    def fallback(self) -> Any:
        """The default, as a value of one's own."""
        return list(self.default) if isinstance(self.default, list) else self.default

    def named(self, value: Any) -> str:
        """What a choice's value is called."""
        return dict(self.options).get(str(value), str(value))


class BadSetting(ValueError):
    """A setting that no engine would take; `control` names it, the message says the limit."""

    def __init__(self, control: str, message: str) -> None:
        super().__init__(message)
        self.control = control


def _load() -> tuple[Control, ...]:
    declared = tomllib.loads(Path(__file__).with_name("controls.toml").read_text(encoding="utf-8"))
    return tuple(
        Control(**{**entry, "options": tuple((name, label) for name, label in entry["options"])})
        if "options" in entry
        else Control(**entry)
        for entry in declared["control"]
    )


CONTROLS: tuple[Control, ...] = _load()
BY_NAME: Mapping[str, Control] = {control.name: control for control in CONTROLS}
