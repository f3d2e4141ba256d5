"""What a lane says that waits for an engine, and what is refused at once."""

import time
from typing import Any

import pytest
import redis

from inference import launches
from inference.dispatch import registered
from inference.launches import Launch, LaunchState, Supervision
from inference.profiles import Profile
from inference.workers import Heartbeat, beat_sync
from playground.compare.awaited import Engines, check_engines, notice_of, waiting_words
from playground.compare.requests import BadInput, CheckedLane, LaneRequest, check_lanes
from playground.local.valkey import Valkey


def engines(state: LaunchState, since: float = 0, **more: Any) -> Engines:
    launch = Launch(profile="compiled", state=state, since=time.time() - since, **more)
    return Engines({"small": "ready"}, {"compiled": launch}, supervised=True)


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        (
            "starting",
            {"since": 14, "phase": "loading the weights"},
            "Starting the engine for Compiled, 14 s: loading the weights.",
        ),
        (
            "starting",
            {"since": 3, "phase": "warming up", "deaths": 1},
            "Starting the engine for Compiled, 3 s: warming up. It died 1× while loading.",
        ),
        (
            "waiting",
            {"reason": "It needs 900 MiB."},
            "The engine for Compiled waits for memory. It needs 900 MiB.",
        ),
        ("waiting", {}, "The engine for Compiled is about to start."),
        ("stopped", {}, "The engine for Compiled is about to start."),
        ("stopping", {}, "The engine for Compiled is stopping, and starts again for this run."),
        (
            "failed",
            {"reason": "No folder."},
            "The engine for Compiled could not be started. No folder.",
        ),
    ],
)
def test_it_says_how_far_an_engine_is(state: LaunchState, more: dict[str, Any], words: str) -> None:
    assert waiting_words("compiled", engines(state, **more)) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Engines(supervised=True), "The engine for Compiled is about to start."),
        (Engines(), "No engine is running for Compiled. The run starts when one comes."),
        (Engines({"compiled": "loading"}), "The engine for Compiled is starting."),
        (Engines({"compiled": "ready"}), ""),
        (None, "The queue cannot be reached at the moment. The run starts when it is back."),
    ],
)
def test_it_says_what_it_waits_for(found: Engines | None, words: str) -> None:
    assert waiting_words("compiled", found) == words


def test_it_expects_no_start_of_an_engine_that_always_runs() -> None:
    words = "No engine is running for Built-in small model. The run starts when one comes."
    assert waiting_words("small", Engines(supervised=True)) == words


def lane(name: str, *, on_demand: bool = True) -> CheckedLane:
    profile = Profile(
        name=name, title=name.title(), summary="", engine="vllm", model="", on_demand=on_demand
    )
    return CheckedLane(profile, {})


def publish(valkey: Valkey, *stand: Launch) -> None:
    with redis.Redis.from_url(valkey.url) as client:
        found = {launch.profile: launch for launch in stand}
        launches.publish(
            client, Supervision(budget_mib=1, taken_mib=0, idle_seconds=1, launches=found)
        )


def test_it_tells_the_author_which_engines_are_on_their_way(valkey: Valkey) -> None:
    lanes = [lane("compiled"), lane("small", on_demand=False)]
    assert notice_of(lanes).startswith("No engine is running for Compiled and Small. ")
    publish(valkey)
    assert notice_of(lanes) == (
        "No engine is running for Small. The run is queued and starts when one comes. "
        "The engine for Compiled is starting."
    )


def test_it_refuses_a_lane_whose_engine_has_failed(valkey: Valkey) -> None:
    check_engines([lane("compiled")])
    publish(valkey, Launch(profile="compiled", state="failed", since=0, reason="No folder."))
    check_engines([lane("small", on_demand=False)])
    with pytest.raises(BadInput, match=r"could not be started\. No folder\.") as refused:
        check_engines([lane("small", on_demand=False), lane("compiled")])
    assert refused.value.field == "lanes.1.profile"


def test_it_runs_on_a_worker_elsewhere_what_could_not_start_here(valkey: Valkey) -> None:
    lanes = [LaneRequest(profile="gpu-fp8")]
    with pytest.raises(BadInput, match=r"cannot start here\. It needs a GPU"):
        check_lanes(lanes)
    beat = Heartbeat(
        profile="gpu-fp8", node="gpu-fp8@there:1", state="ready", running=0, capacity=64, pid=1
    )
    with redis.Redis.from_url(valkey.url) as client:
        beat_sync(client, beat)
    assert [lane.profile.name for lane in check_lanes(lanes)] == ["gpu-fp8"]


def test_it_takes_nothing_for_registered_while_valkey_is_away(valkey: Valkey) -> None:
    valkey.kill()
    try:
        assert registered() == frozenset()
        assert notice_of([lane("compiled")]) == ""
    finally:
        valkey.restart()
