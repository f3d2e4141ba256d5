"""Figures and statuses as pages write them; static/js/workbench/figures.js writes the same."""

from typing import Any

NOTHING = "–"
ENDINGS = {"stop": "Stop", "length": "Length", "abort": "Abort", "error": "Error"}
STATUSES = {
    "queued": "Waiting",
    "running": "Running",
    "done": "Done",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
    "failed": "Failed",
}


def duration(ms: float) -> str:
    """A time in ms or s, with as many digits as tell something."""
    if ms >= 9_999.5:
        return f"{ms / 1000:.1f} s"
    if ms >= 999.5:
        return f"{ms / 1000:.2f} s"
    if ms >= 99.95:
        return f"{ms:.0f} ms"
    if ms < 0.005:
        return "0 ms"
    return f"{ms:.{1 if ms >= 9.995 else 2}f} ms"


def written(value: Any, unit: str) -> str:
    """A figure of this unit (see figures.toml; a duration is in ms); a dash where it is unknown."""
    if value is None or value == "":
        return NOTHING
    if unit == "word":
        return ENDINGS.get(value, str(value))
    if unit == "duration":
        return duration(float(value))
    if unit == "rate":
        return f"{value:.1f}" if value < 100 else f"{value:.0f}"
    if unit == "ratio":
        return f"{value:.3f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}"
