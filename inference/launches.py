"""What is wanted of the engines of a local stack, and how they stand: through Valkey.

Whoever sends a generation wants its profile's engine (`want`). The supervisor of the stack takes
the wants, starts and stops workers, and publishes how each stands. Where none publishes, as in a
cluster, engines are the operator's, and what was wanted expires unread.

The supervisor imports this module and `inference.workers` and nothing else of the product: keep
both free of Django and of engines.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

import msgspec
import redis

WANTED = "engines:wanted"
"""A hash: the profile, and the newest want of it."""
SUPERVISION = "engines:supervision"
WANTED_SECONDS = 60
COULD_NOT_START = "The engine could not be started: "
"""How a worker's last line begins that could not load its engine."""
SUPERVISION_SECONDS = 8

Verb = Literal["start", "stop", "retry"]
LaunchState = Literal["stopped", "waiting", "starting", "ready", "stopping", "failed"]


class Want(msgspec.Struct, kw_only=True, frozen=True):
    """What is asked for one profile. `memory_mib` is what its engine will hold.

    "start" leaves one that has failed as it is; "retry" starts that one anew. One that a person
    asked for (`by_person`) is waited for without a generation that needs it.
    """

    verb: Verb
    memory_mib: int = 0
    by_person: bool = False


class Launch(msgspec.Struct, kw_only=True):
    """How one profile's engine stands.

    `since` is when that began (Unix time); `phase` says what it does while it starts; `reason` why
    it waits, has failed or ended; `took` how many seconds its last start took. `always` marks one
    that is never stopped.
    """

    profile: str
    state: LaunchState
    since: float
    always: bool = False
    memory_mib: int = 0
    resident_mib: int = 0
    pid: int = 0
    deaths: int = 0
    took: float = 0.0
    phase: str = ""
    reason: str = ""

    @property
    def seconds(self) -> int:
        """How long it has stood so."""
        return max(0, round(time.time() - self.since))


class Supervision(msgspec.Struct, kw_only=True):
    """All engines of one supervisor, and the memory that they may and do take."""

    budget_mib: int
    taken_mib: int
    idle_seconds: float
    launches: dict[str, Launch]


_encoder = msgspec.json.Encoder()
_wants = msgspec.json.Decoder(Want)
_supervision = msgspec.json.Decoder(Supervision)


def want(client: "redis.Redis", wants: Mapping[str, Want]) -> None:
    """Ask for something of these profiles' engines; asking twice changes nothing."""
    if not wants:
        return
    with client.pipeline(transaction=False) as pipe:
        pipe.hset(WANTED, mapping={name: _encoder.encode(one) for name, one in wants.items()})
        pipe.expire(WANTED, WANTED_SECONDS)
        pipe.execute()


def take_wants(client: "redis.Redis") -> dict[str, Want]:
    """What was wanted since the last call, by profile."""
    with client.pipeline(transaction=True) as pipe:
        pipe.hgetall(WANTED)
        pipe.delete(WANTED)
        found, _ = pipe.execute()
    wants = {}
    for name, raw in found.items():
        with suppress(msgspec.DecodeError):  # another version's must not end the supervisor
            wants[name.decode(errors="replace")] = _wants.decode(raw)
    return wants


def publish(client: "redis.Redis", supervision: Supervision) -> None:
    """Say how the engines stand, for SUPERVISION_SECONDS."""
    client.set(SUPERVISION, _encoder.encode(supervision), ex=SUPERVISION_SECONDS)


def supervision(client: "redis.Redis") -> Supervision | None:
    """How the engines stand; None where nobody supervises them here."""
    raw: Any = client.get(SUPERVISION)
    return None if raw is None else _supervision.decode(raw)
