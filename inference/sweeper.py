"""Finds what a dead worker or a lost queue left behind, and sets it going again or ends it."""

import redis
import structlog
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from inference import dispatch, ledger, outcome, relay

log = structlog.get_logger(__name__)
REASON = "The worker was lost."


def sweep(client: "redis.Redis") -> int:
    """One pass; returns how many generations it moved. Any number may run at once."""
    return release_expired(client) + send_unsent(client)


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
