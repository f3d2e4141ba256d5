"""Puts generations on their profile's queue. The task carries an id; Postgres holds the rest."""

from collections.abc import Iterable

import redis
import structlog
from redis.exceptions import RedisError

from inference import launches, tracing
from inference.launches import Want
from inference.profiles import profiles
from inference.stores import valkey
from inference.workers import engine_states

log = structlog.get_logger(__name__)


def queue_of(profile: str) -> str:
    """The Celery queue that this profile's workers consume."""
    return f"engine.{profile}"


def registered() -> frozenset[str]:
    """The profiles that some worker serves, also one that could not start on this machine; none
    where Valkey cannot be asked."""
    try:
        return frozenset(engine_states(valkey()))
    except RedisError:
        return frozenset()


def send(generations: Iterable[tuple[int, str]]) -> None:
    """Put (id, profile) pairs on their queues. Sending one twice is harmless: claims are unique.

    Raises kombu's OperationalError where the broker is away; the sweeper sends again later.
    """
    from inference.tasks import generate

    headers = tracing.carried()
    names = set()
    for id, profile in generations:
        generate.apply_async(args=[id], queue=queue_of(profile), retry=False, headers=headers)
        names.add(profile)
    try:
        want_engines(valkey(), names)
    except RedisError as error:
        log.warning("engines not wanted yet", error=str(error))


def want_engines(client: "redis.Redis", names: Iterable[str]) -> None:
    """Have those of these profiles' engines started that do not run always. Raises RedisError."""
    known = profiles()
    launches.want(
        client,
        {
            name: Want(verb="start", memory_mib=known[name].memory_mib)
            for name in names
            if name in known and known[name].on_demand
        },
    )
