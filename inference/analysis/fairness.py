"""In which order lanes run, so that none has an advantage, and when a result is contended."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Mode = Literal["sequential", "interleaved", "concurrent"]
MODES: tuple[Mode, ...] = get_args(Mode)


class Turn(NamedTuple):
    """One answer to be made: places of its lane, case and sample, from 0."""

    lane: int
    case: int
    sample: int


@dataclass(frozen=True, slots=True)
class Load:
    """What else the engine had when a generation started, apart from the run's own."""

    running: int
    waiting: int


def schedule(mode: Mode, lanes: int, cases: int, samples: int, seed: int) -> list[list[Turn]]:
    """The run's waves: all of a wave may start together, once the wave before has ended.

    "concurrent" is one wave. "interleaved" runs one answer at a time and takes each case and
    sample through all lanes, in an order drawn anew each time, before the next. "sequential" runs
    one at a time too, but a whole lane before the next lane; the lanes' order is drawn. Drawing
    makes what drifts (heat, caches, neighbors) fall on all lanes alike. The same seed gives the
    same order.
    """
    draw = random.Random(seed)
    rounds = [(case, sample) for case in range(cases) for sample in range(samples)]
    if mode == "concurrent":
        turns = [Turn(lane, *place) for place in rounds for lane in range(lanes)]
        draw.shuffle(turns)
        return [turns] if turns else []
    if mode == "sequential":
        order = draw.sample(range(lanes), lanes)
        return [[Turn(lane, *place)] for lane in order for place in rounds]
    return [[Turn(lane, *place)] for place in rounds for lane in draw.sample(range(lanes), lanes)]


def contended(mode: Mode, loads: Sequence[Load | None]) -> str:
    """Why this run's times are not its own; "" where nothing else ran, or the load isn't known.

    `loads` holds each generation's, with the run's own generations already left out.
    """
    known = [load for load in loads if load is not None]
    running = max((load.running for load in known), default=0)
    waiting = max((load.waiting for load in known), default=0)
    if running or waiting:
        return (
            f"Up to {running} other answers were running and {waiting} waiting on the engine: "
            "times include their share of it."
        )
    if mode == "concurrent" and len(loads) > 1:
        return "The lanes ran together and shared the engine: compare times run one after another."
    return ""
