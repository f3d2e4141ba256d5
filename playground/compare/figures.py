"""The figures that each lane shows, and what each one means, said to the person reading it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, declared in figures.toml. `name` is its key in a generation's metrics."""

    name: str
    label: str
    definition: str
    unit: Literal["duration", "count", "rate", "word"]
    better: Literal["lower", "higher", ""] = ""
    phase: Literal["dispatch", "queue", "prefill", "decode", ""] = ""


_DECLARED = tomllib.loads(Path(__file__).with_name("figures.toml").read_text())
MAIN_FIGURES = tuple(Figure(**figure) for figure in _DECLARED["main"])
MORE_FIGURES = tuple(Figure(**figure) for figure in _DECLARED["more"])
