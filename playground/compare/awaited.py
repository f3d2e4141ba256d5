"""The engines that lanes wait for, in words: which start, wait for memory, or could not start."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from redis.exceptions import RedisError

from inference import launches
from inference.launches import Launch
from inference.profiles import profiles
from inference.stores import valkey
from inference.workers import engine_states
from playground.compare.requests import BadInput, CheckedLane
from playground.remembering import Remembered

_READY_SECONDS = 1.0


def _ready() -> frozenset[str]:
    return frozenset(name for name, state in engine_states(valkey()).items() if state == "ready")


_ready_lately = Remembered(_ready, _READY_SECONDS)
"""Profiles whose engine was up a moment ago: only that is remembered, so that every run need not
ask, and one that misses its engine is told how it stands now."""


@dataclass(frozen=True, slots=True)
class Engines:
    """How the engines stand: `states` by their workers, `launches` by who starts them here.

    `supervised` is whether anybody here starts one that is wanted.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    launches: Mapping[str, Launch] = field(default_factory=dict)
    supervised: bool = False


def engines_now() -> Engines | None:
    """None where Valkey cannot be asked."""
    try:
        states, found = engine_states(valkey()), launches.supervision(valkey())
    except RedisError:
        return None
    return Engines(states, found.launches if found else {}, found is not None)


def waiting_words(profile: str, engines: Engines | None) -> str:
    """Why a generation waits that is queued for this profile; "" where only others are ahead."""
    known = profiles().get(profile)
    title = known.title if known else profile
    if engines is None:
        return "The queue cannot be reached at the moment. The run starts when it is back."
    launch = engines.launches.get(profile)
    if launch is not None and launch.state != "ready":
        return _launch_words(launch, title)
    if profile in engines.states:
        loading = engines.states[profile] == "loading"
        return f"The engine for {title} is starting." if loading else ""
    if engines.supervised and known and known.on_demand:
        return f"The engine for {title} is about to start."
    return f"No engine is running for {title}. The run starts when one comes."


def _launch_words(launch: Launch, title: str) -> str:
    match launch.state:
        case "starting":
            again = f" It died {launch.deaths}× while loading." if launch.deaths else ""
            return f"Starting the engine for {title}, {launch.seconds} s: {launch.phase}.{again}"
        case "waiting" if launch.reason:
            return f"The engine for {title} waits for memory. {launch.reason}"
        case "failed":
            return f"The engine for {title} could not be started. {launch.reason}"
        case "stopping":
            return f"The engine for {title} is stopping, and starts again for this run."
    return f"The engine for {title} is about to start."


def notice_of(lanes: Sequence[CheckedLane]) -> str:
    """What the person who pressed Run should know now; "" where every engine is up."""
    titles = {lane.profile.name: lane.profile.title for lane in lanes}
    if _were_ready(titles.keys()):
        return ""
    engines = engines_now()
    if engines is None:
        return ""
    absent = [name for name in titles if name not in engines.states]
    wanted = [name for name in absent if engines.supervised and profiles()[name].on_demand]
    loading = [name for name in titles if engines.states.get(name) == "loading"]
    parts = []
    if missing := sorted(titles[name] for name in absent if name not in wanted):
        parts.append(
            f"No engine is running for {' and '.join(missing)}. "
            "The run is queued and starts when one comes."
        )
    if coming := sorted(titles[name] for name in {*loading, *wanted}):
        parts.append(f"The engine for {' and '.join(coming)} is starting.")
    return " ".join(parts)


def _were_ready(names: Set[str]) -> bool:
    try:
        return names <= _ready_lately.get()
    except RedisError:
        return False


def check_engines(lanes: Sequence[CheckedLane]) -> None:
    """Raises BadInput where a lane's engine was tried and could not be started."""
    if not any(lane.profile.on_demand for lane in lanes):
        return
    engines = engines_now()
    for index, lane in enumerate(lanes):
        launch = engines.launches.get(lane.profile.name) if engines else None
        if launch is not None and launch.state == "failed":
            raise BadInput(
                f"The engine for {lane.profile.title} could not be started. {launch.reason} "
                "Choose another model, or have it tried again on the page Engines.",
                f"lanes.{index}.profile",
            )
