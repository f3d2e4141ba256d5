"""A supervisor in a process of its own, and what it says of its engines."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import redis

from inference import launches
from inference.launches import Launch, Want
from playground.local.ports import free_port
from playground.local.processes import wait_until
from playground.local.stack import Stack

PROFILE = """
[[profile]]
name = "{name}"
title = "{name} words"
engine = "scripted"
model = "scripted"
memory_mib = {memory}
[profile.engine_args]
interval = {interval}
"""


def declared(name: str, memory: int = 600, interval: str = "0.02") -> str:
    """A profile of the scripted engine."""
    return PROFILE.format(name=name, memory=memory, interval=interval)


class Supervised:
    """`stack` describes what the supervisor runs: its address, its account, its folder."""

    def __init__(self, folder: Path, profiles: str, **environment: str) -> None:
        folder.joinpath("profiles.toml").write_text(profiles)
        self.stack = Stack(folder / "data", free_port(), profiles=("scripted",))
        self.output = folder / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "playground.local", "--port", str(self.stack.port),
                 "--data", str(self.stack.data)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "PLAYGROUND_PROFILE": "scripted",
                    "PLAYGROUND_ALLOW_SCRIPTED": "1",
                    "PLAYGROUND_PROFILES": str(folder / "profiles.toml"),
                    **environment,
                },
            )  # fmt: skip
        self.client = redis.Redis(unix_socket_path=str(self.stack.data / "valkey" / "valkey.sock"))

    def wait_ready(self, seconds: float = 90) -> None:
        """Until it is announced, and the engine that always runs has been measured."""
        self.wait_for("Ready: ", seconds)
        self.until("scripted", lambda launch: launch.state == "ready" and launch.resident_mib > 0)

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Until it has printed this."""
        found = wait_until(lambda: text in self.output.read_text(), seconds, 0.1)
        assert found, self.output.read_text()

    def launch(self, profile: str) -> Launch:
        """How this engine stands; as one that was never wanted where nothing is said of it."""
        found = launches.supervision(self.client)
        assert found is not None, self.output.read_text()
        return found.launches.get(profile, Launch(profile=profile, state="stopped", since=0))

    def until(self, profile: str, reached: Callable[[Launch], bool], seconds: float = 30) -> Launch:
        """Until this engine stands so."""
        found = wait_until(lambda: reached(self.launch(profile)), seconds, 0.1)
        assert found, f"{self.launch(profile)}\n{self.output.read_text()}"
        return self.launch(profile)

    def ask(self, profile: str, verb: launches.Verb) -> None:
        """As the page's buttons do."""
        launches.want(self.client, {profile: Want(verb=verb, memory_mib=600, by_person=True)})

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.client.close()
