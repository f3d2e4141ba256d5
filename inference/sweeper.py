"""Finds what a dead worker or a lost queue left behind, and sets it going again or ends it."""

import time
from dataclasses import dataclass

import redis
import structlog
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference import dispatch, launches, ledger, outcome, relay, turns
from inference.events import Ended

log = structlog.get_logger(__name__)
REASON = "The worker was lost."
PASSES = "sweeper"
"""A hash in Valkey: `at`, when the last pass ended (Unix time); `released` and `resent`, counts."""


def sweep(client: "redis.Redis") -> int:
    """One pass; returns how many generations it moved. Any number may run at once."""
    released, resent = release_expired(client), pass_turns_on() + send_unsent(client)
    see_to_engines(client)
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


def pass_turns_on() -> int:
    """Send what stands still though its turn has come, as when the worker before it died."""
    try:
        return turns.go_on_everywhere()
    except BrokerError as error:
        log.warning("queue unreachable", error=str(error))
        return 0


def see_to_engines(client: "redis.Redis") -> int:
    """Want the engines again that anything waits for, and end what waits for one that has failed.

    Returns how many generations it ended. Where nobody starts engines on demand, a queue waits
    for whoever does.
    """
    try:
        supervised = launches.supervision(client)
        waited_for = ledger.queued_profiles() if supervised else []
        if supervised is None or not waited_for:
            return 0
        dispatch.want_engines(client, waited_for)
        failed = {
            name: supervised.launches[name].reason
            for name in waited_for
            if name in supervised.launches and supervised.launches[name].state == "failed"
        }
        ended = [item for name, reason in failed.items() for item in _give_up(name, reason)]
        relay.publish(client, ended)
    except RedisError as error:
        log.warning("engines not looked at", error=str(error))
        return 0
    return len(ended)


def _give_up(profile: str, reason: str) -> list[Ended]:
    found = ledger.fail_queued(profile, f"The engine could not be started. {reason}")
    if found:
        log.warning("engine failed", profile=profile, generations=len(found))
    return [outcome.given_up(item) for item in found]


def _shown(client: "redis.Redis", generation: int, attempt: int) -> str:
    try:
        snapshot = relay.latest_sync(client, generation)
    except RedisError as error:
        log.warning("partial text not found", generation=generation, error=str(error))
        return ""
    return snapshot.text if snapshot is not None and snapshot.attempt == attempt else ""
