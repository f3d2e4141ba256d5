"""Finds what a dead worker or a lost queue left behind, and sets it going again or ends it."""

import time
from dataclasses import dataclass

import redis
import structlog
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference import dispatch, ledger, outcome, relay

log = structlog.get_logger(__name__)
REASON = "The worker was lost."
PASSES = "sweeper"
"""A hash in Valkey: `at`, when the last pass ended (Unix time); `released` and `resent`, counts."""


def sweep(client: "redis.Redis") -> int:
    """One pass; returns how many generations it moved. Any number may run at once."""
    released, resent = release_expired(client), send_unsent(client)
    _note(client, released, resent)
    return released + resent


@dataclass(frozen=True, slots=True)
class Passes:
    """What the sweeper has left behind; None where it never made a pass."""

    age_seconds: float | None
    released: int
    resent: int


def last_pass(client: "redis.Redis") -> Passes:
    """When the last pass was, and what all passes have moved since Valkey was empty."""
    at, released, resent = client.hmget(PASSES, ["at", "released", "resent"])
    age = None if at is None else max(0.0, time.time() - float(at))
    return Passes(age, int(released or 0), int(resent or 0))


def _note(client: "redis.Redis", released: int, resent: int) -> None:
    """Leave where probes and metrics look that a pass was made, and what it moved."""
    try:
        with client.pipeline(transaction=False) as pipe:
            pipe.hset(PASSES, "at", str(time.time()))
            for name, count in (("released", released), ("resent", resent)):
                if count:
                    pipe.hincrby(PASSES, name, count)
            pipe.execute()
    except RedisError as error:
        log.warning("pass not noted", error=str(error))


def release_expired(client: "redis.Redis") -> int:
    """End the attempts whose lease ran out, keeping the text that people were shown."""
    lost = [
        ledger.Release(id, attempt, _shown(client, id, attempt), REASON)
        for id, attempt in ledger.expired()
    ]
    if not lost:
        return 0
    pairs = [
        (item, released)
        for item, released in zip(lost, ledger.release("", lost), strict=True)
        if released is not None
    ]
    for item, released in pairs:
        log.warning("lease expired", generation=item.id, now=released.status)
    events = [outcome.handed_back(released, item) for item, released in pairs]
    try:
        relay.publish(client, events)
    except RedisError as error:
        log.warning("lane not told", error=str(error))
    for _, released in pairs:
        if released.status == "queued":
            outcome.send_again(released)
    return len(pairs)


def send_unsent(client: "redis.Redis") -> int:
    """Send again what waits in Postgres while its queue is empty, as after a lost Valkey."""
    try:
        empty = [
            profile
            for profile in ledger.queued_profiles()
            if not client.llen(dispatch.queue_of(profile))
        ]
        waiting = ledger.unsent(empty) if empty else []
        dispatch.send(waiting)
    except (RedisError, BrokerError) as error:
        log.warning("queue unreachable", error=str(error))
        return 0
    if waiting:
        log.warning("sent again", generations=len(waiting))
    return len(waiting)


def _shown(client: "redis.Redis", generation: int, attempt: int) -> str:
    try:
        snapshot = relay.latest_sync(client, generation)
    except RedisError as error:
        log.warning("partial text not found", generation=generation, error=str(error))
        return ""
    return snapshot.text if snapshot is not None and snapshot.attempt == attempt else ""
