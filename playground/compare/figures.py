"""The figures that each lane shows, and what each one means, said to the person reading it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, declared in figures.toml. `name` is its key in a generation's metrics.

    An `optional` one is shown in a lane only where it is known.
    """

    name: str
    label: str
    definition: str
    unit: Literal["duration", "count", "rate", "ratio", "word"]
    better: Literal["lower", "higher", ""] = ""
    phase: Literal["dispatch", "queue", "prefill", "decode", ""] = ""
    optional: bool = False

    def is_shown(self, *found: Mapping[str, Any]) -> bool:
        """Whether it says something of these answers' metrics."""
        return not self.optional or any(one.get(self.name) is not None for one in found)


_DECLARED = tomllib.loads(Path(__file__).with_name("figures.toml").read_text())
MAIN_FIGURES = tuple(Figure(**figure) for figure in _DECLARED["main"])
MORE_FIGURES = tuple(Figure(**figure) for figure in _DECLARED["more"])
