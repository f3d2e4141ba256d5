"""Which workers live: each writes a heartbeat to Valkey that expires by itself."""

from typing import Literal

import msgspec
import redis
import redis.asyncio

HEARTBEAT_SECONDS = 2.0
HEARTBEAT_TTL_SECONDS = 7
State = Literal["loading", "ready", "draining", "restarting"]


class Heartbeat(msgspec.Struct, kw_only=True):
    """What a worker says of itself."""

    profile: str
    node: str
    state: State
    running: int
    capacity: int
    pid: int
    engine: str = ""
    model: str = ""
    context_length: int = 0


def heartbeat_key(profile: str, node: str) -> str:
    return f"worker:{profile}:{node}"


def beat_sync(client: "redis.Redis", heartbeat: Heartbeat) -> None:
    client.set(
        heartbeat_key(heartbeat.profile, heartbeat.node),
        msgspec.json.encode(heartbeat),
        ex=HEARTBEAT_TTL_SECONDS,
    )


def living(client: "redis.Redis") -> dict[str, list[Heartbeat]]:
    """The workers of each profile that gave a heartbeat lately."""
    found: dict[str, list[Heartbeat]] = {}
    keys = list(client.scan_iter("worker:*", count=100))
    for raw in client.mget(keys) if keys else []:  # type: ignore[union-attr]
        if raw is not None:
            heartbeat = msgspec.json.decode(raw, type=Heartbeat)
            found.setdefault(heartbeat.profile, []).append(heartbeat)
    return found


def engine_states(client: "redis.Redis") -> dict[str, str]:
    """"ready" or "loading" for each profile that has a worker."""
    return {
        profile: "ready" if any(beat.state == "ready" for beat in beats) else "loading"
        for profile, beats in living(client).items()
    }
