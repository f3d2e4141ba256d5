"""What the operator allows the engines of a local stack: memory, idleness, and time to start."""

from collections.abc import Mapping
from dataclasses import dataclass

SHARE = 0.7
"""Of what is available when the stack starts, where nothing is set."""
IDLE_SECONDS = 600.0
START_SECONDS = 900.0
MEMORY = "PLAYGROUND_ENGINE_MEMORY_MIB"
IDLE = "PLAYGROUND_ENGINE_IDLE_SECONDS"
START = "PLAYGROUND_ENGINE_START_SECONDS"


class LimitError(ValueError):
    """A setting that is no number, or one that makes no sense."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_mib` for all engines together; `idle_seconds` until one is stopped that nobody uses;
    `start_seconds` until one that still loads counts as dead."""

    memory_mib: int
    idle_seconds: float
    start_seconds: float

    @classmethod
    def of(cls, environment: Mapping[str, str], available_mib: int) -> "Limits":
        """As set, or as fits a machine with so much free memory. Raises LimitError."""
        return cls(
            int(_positive(environment, MEMORY, available_mib * SHARE)),
            _positive(environment, IDLE, IDLE_SECONDS),
            _positive(environment, START, START_SECONDS),
        )


def _positive(environment: Mapping[str, str], name: str, default: float) -> float:
    words = environment.get(name, "")
    if not words:
        return default
    try:
        number = float(words)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise LimitError(f"{name} must be a number above 0, not “{words}”.")
    return number
