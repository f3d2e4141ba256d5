"""An installation with scripted profiles, one that cannot start, and a supervisor that says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from inference import launches
from inference.launches import Launch, LaunchState, Supervision
from playground.local.valkey import Valkey

PROFILES = """
[[profile]]
name = "quick"
title = "Quick words"
shows = "How quick words are."
engine = "scripted"
model = "scripted"
memory_mib = 300

[[profile]]
name = "gone"
title = "Gone words"
model = "/no/such/folder"
"""
Supervise = Callable[..., None]


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(PROFILES)
    monkeypatch.setenv("PLAYGROUND_PROFILES", str(file))
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")


@pytest.fixture
def store(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


@pytest.fixture
def supervise(store: redis.Redis) -> Supervise:
    """Says how the engine of a profile stands, and that the baseline always runs."""

    def say(state: LaunchState = "stopped", *, since: float = 0.0, **more: Any) -> None:
        now = time.time()
        baseline = Launch(profile="small", state="ready", since=now, always=True)
        launch = Launch(profile="quick", state=state, since=now - since, **more)
        found = Supervision(
            budget_mib=20_000, taken_mib=1500, idle_seconds=600,
            launches={"small": baseline, "quick": launch},
        )  # fmt: skip
        launches.publish(store, found)

    return say
