"""Which workers live: each writes a heartbeat to Valkey that expires by itself."""

from typing import Literal

import msgspec
import redis
import redis.asyncio

HEARTBEAT_SECONDS = 2.0
HEARTBEAT_TTL_SECONDS = 7
WORKERS = "workers"
State = Literal["loading", "ready", "draining", "restarting"]


class Heartbeat(msgspec.Struct, kw_only=True):
    """What a worker says of itself; the engine's own words follow once it has loaded."""

    profile: str
    node: str
    state: State
    running: int
    capacity: int
    pid: int
    engine: str = ""
    model: str = ""
    context_length: int = 0
    dtype: str = ""
    device: str = ""
    attention: str = ""


def heartbeat_key(profile: str, node: str) -> str:
    return f"worker:{profile}:{node}"


def beat_sync(client: "redis.Redis", heartbeat: Heartbeat) -> None:
    """Say that this worker lives, for HEARTBEAT_TTL_SECONDS."""
    key = heartbeat_key(heartbeat.profile, heartbeat.node)
    with client.pipeline(transaction=False) as pipe:
        pipe.sadd(WORKERS, key)
        pipe.set(key, msgspec.json.encode(heartbeat), ex=HEARTBEAT_TTL_SECONDS)
        pipe.execute()


def living(client: "redis.Redis") -> dict[str, list[Heartbeat]]:
    """The workers of each profile that gave a heartbeat lately; forgets those that did not."""
    keys = list(client.smembers(WORKERS))
    if not keys:
        return {}
    found: dict[str, list[Heartbeat]] = {}
    for key, raw in zip(keys, client.mget(keys), strict=True):
        if raw is None:
            client.srem(WORKERS, key)
            continue
        heartbeat = msgspec.json.decode(raw, type=Heartbeat)
        found.setdefault(heartbeat.profile, []).append(heartbeat)
    return found


def engine_states(client: "redis.Redis") -> dict[str, str]:
    """ "ready" or "loading" for each profile that has a worker."""
    return {
        profile: "ready" if any(beat.state == "ready" for beat in beats) else "loading"
        for profile, beats in living(client).items()
    }
