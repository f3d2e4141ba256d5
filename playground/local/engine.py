"""One engine worker of a local stack: where it stands, and since when."""

import time
from dataclasses import dataclass, field
from subprocess import Popen

from inference.launches import Launch, LaunchState
from playground.local.deaths import Backoff
from playground.local.room import Held

ALWAYS_MIB = 1400
"""What an engine that always runs is reckoned with until it has been measured."""


@dataclass(slots=True)
class Engine:
    """`since` is Unix time, to be shown; `began`, `due`, `wanted_at` and `used_at` are monotonic.

    `again` marks one that was wanted while it was being stopped; `log_from` is where in its log
    this start begins.
    """

    profile: str
    always: bool = False
    memory_mib: int = 0
    state: LaunchState = "stopped"
    since: float = field(default_factory=time.time)
    process: Popen[bytes] | None = None
    backoff: Backoff = field(default_factory=Backoff)
    deaths: int = 0
    took: float = 0.0
    phase: str = ""
    reason: str = ""
    resident_mib: int = 0
    began: float = 0.0
    due: float = 0.0
    wanted_at: float = 0.0
    used_at: float = 0.0
    by_person: bool = False
    again: bool = False
    log_from: int = 0

    def become(self, state: LaunchState, now: float, reason: str = "") -> None:
        """Stand otherwise from now on."""
        self.state, self.reason, self.phase = state, reason, ""
        self.since, self.began = time.time(), now

    @property
    def is_up(self) -> bool:
        """Whether memory is its own, also between two tries to start."""
        return self.state in ("starting", "ready", "stopping")

    @property
    def mib(self) -> int:
        """What it is reckoned with: what was declared, or more where it was seen to hold more.

        One that always runs declares nothing here, and counts for what it holds.
        """
        if self.always and not self.memory_mib:
            return self.resident_mib if self.state == "ready" and self.resident_mib else ALWAYS_MIB
        return max(self.memory_mib, self.resident_mib)

    @property
    def still_to_come(self) -> int:
        """MiB that it has not taken yet, and will."""
        return max(0, self.mib - self.resident_mib) if self.state == "starting" else 0

    def held(self, now: float) -> Held:
        """As what it stands in the way of another."""
        idle = now - self.used_at if self.state == "ready" else None
        return Held(self.profile, self.mib, idle, self.state == "stopping", self.always)

    def launch(self) -> Launch:
        """As it is published."""
        return Launch(
            profile=self.profile,
            state=self.state,
            since=self.since,
            always=self.always,
            memory_mib=self.mib,
            resident_mib=self.resident_mib,
            pid=self.process.pid if self.process else 0,
            deaths=self.deaths,
            took=round(self.took, 1),
            phase=self.phase,
            reason=self.reason,
        )
