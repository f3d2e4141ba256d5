"""Whether one more engine fits into memory, and which idle one would give way to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

IDLE_BEFORE_GIVING_WAY = 5.0
"""Seconds: longer than a heartbeat takes to tell that a worker has something to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """An engine that is in memory. `idle` is for how many seconds; None where it works or stays.

    `leaving` marks one that is being stopped already; `always` one that is never stopped.
    """

    name: str
    mib: int
    idle: float | None = None
    leaving: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What to do for one that wants to start: start it, stop others first, wait, or give up."""

    answer: Literal["start", "wait", "never"]
    stop: tuple[str, ...] = ()
    reason: str = ""


def room_for(needed: int, budget: int, free: int, held: Sequence[Held]) -> Room:
    """Room for `needed` MiB within `budget` for all engines and `free` on the machine.

    The least recently used of those that are idle gives way first, and no more of them than it
    takes.
    """
    lasting = sum(one.mib for one in held if one.always)
    if needed > budget - lasting:
        return Room("never", reason=_never(needed, budget, lasting))
    missing = max(needed - (budget - sum(one.mib for one in held)), needed - free)
    if missing <= 0:
        return Room("start")
    missing -= sum(one.mib for one in held if one.leaving)
    stop = []
    for one in sorted(_giving_way(held), key=lambda one: -(one.idle or 0)):
        if missing <= 0:
            break
        stop.append(one.name)
        missing -= one.mib
    if missing > 0:
        return Room("wait", reason=_short(needed, budget, free, held))
    return Room("wait", tuple(stop), "Another engine, which is idle, is stopped to make room.")


def _giving_way(held: Sequence[Held]) -> list[Held]:
    return [
        one
        for one in held
        if not one.always
        and not one.leaving
        and one.idle is not None
        and one.idle >= IDLE_BEFORE_GIVING_WAY
    ]


def _never(needed: int, budget: int, lasting: int) -> str:
    return (
        f"It needs {needed:,} MiB of memory. Engines may take {budget:,} MiB here, and {lasting:,} "
        "of them are taken by the one that always runs. Set PLAYGROUND_ENGINE_MEMORY_MIB higher, "
        "if the machine has it."
    )


def _short(needed: int, budget: int, free: int, held: Sequence[Held]) -> str:
    left = max(0, min(budget - sum(one.mib for one in held), free))
    return (
        f"It needs {needed:,} MiB of memory and {left:,} are left; no other engine is idle. "
        "It starts when one is."
    )
