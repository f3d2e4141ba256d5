"""A lane is never given a profile that cannot start here, nor refused one that runs elsewhere."""

import pytest

from inference.stores import valkey as client
from inference.workers import Heartbeat, beat_sync
from playground.compare.requests import BadInput, LaneRequest, check_lanes


@pytest.fixture(autouse=True)
def without_gpu(valkey: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_DEVICE", raising=False)


@pytest.mark.parametrize("name", ["gpu-fp8", "gpu-eager"])
def test_it_refuses_one_that_needs_a_gpu(name: str) -> None:
    with pytest.raises(BadInput, match="needs a GPU") as refused:
        check_lanes([LaneRequest(profile="small"), LaneRequest(profile=name)])
    assert refused.value.field == "lanes.1.profile"


def test_it_takes_one_that_can_start() -> None:
    (lane,) = check_lanes([LaneRequest(profile="no-prefix-cache")])
    assert lane.profile.name == "no-prefix-cache"


def test_it_takes_one_that_a_worker_elsewhere_serves() -> None:
    beat = Heartbeat(
        profile="gpu-fp8", node="far away", state="ready", running=0, capacity=8, pid=1
    )
    beat_sync(client(), beat)
    (lane,) = check_lanes([LaneRequest(profile="gpu-fp8")])
    assert lane.profile.name == "gpu-fp8"
