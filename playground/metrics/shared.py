"""What all processes share, asked for when someone scrapes: the queue, the workers, the relay."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample
from redis.exceptions import RedisError

from inference.dispatch import queue_of
from inference.exporting import Family, published
from inference.profiles import profiles, resident
from inference.relay import STREAM
from inference.stores import valkey
from inference.sweeper import last_pass
from inference.workers import Heartbeat, living

QUEUE = """
SELECT profile, count(*),
    extract(epoch FROM clock_timestamp() - min(coalesce(turn_at, accepted_at)))::float
FROM inference_generation
WHERE status = 'queued' AND (sequence IS NULL OR turn_at IS NOT NULL) GROUP BY profile
"""


def _gauge(name: str, documentation: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"playground_{name}", documentation, labels=labels)


class Shared(Collector):
    """A store that does not answer leaves its figures out, and says so by `_up` 0."""

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: registering must not ask the stores."""
        return []

    def collect(self) -> Iterator[Metric]:
        postgres = _gauge("postgres_up", "Whether Postgres answers.")
        try:
            yield from _queue()
            postgres.add_metric([], 1)
        except (OperationalError, InterfaceError):
            postgres.add_metric([], 0)
        store = _gauge("valkey_up", "Whether Valkey answers.")
        try:
            yield from _valkey()
            store.add_metric([], 1)
        except RedisError:
            store.add_metric([], 0)
        yield postgres
        yield store


def _queue() -> list[Metric]:
    """Depth and age by profile; an empty queue is a 0, not a gap in the graph."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        found = {profile: (count, age) for profile, count, age in cursor.fetchall()}
    depth = _gauge("queue_depth", "Generations that wait for a worker.", "profile")
    age = _gauge("queue_oldest_seconds", "How long the first of them has waited.", "profile")
    for profile in sorted({*found, *resident()}):
        count, seconds = found.get(profile, (0, 0.0))
        depth.add_metric([profile], count)
        age.add_metric([profile], max(0.0, seconds))
    return [depth, age]


def _valkey() -> list[Metric]:
    client = valkey()
    workers = living(client)
    pairs = [(beat.profile, beat.node) for beats in workers.values() for beat in beats]
    return [
        *_workers(workers),
        *_tasks(client),
        *_sweeper(client),
        *from_workers(published(client, pairs)),
    ]


def _workers(workers: dict[str, list[Heartbeat]]) -> list[Metric]:
    count = _gauge("workers", "Workers that gave a heartbeat lately.", "profile", "state")
    capacity = _gauge("capacity", "Generations that ready workers can run at once.", "profile")
    for profile in sorted({*workers, *resident()}):
        beats = workers.get(profile, [])
        for state in ("loading", "ready", "draining", "restarting"):
            count.add_metric([profile, state], sum(beat.state == state for beat in beats))
        ready = sum(beat.capacity for beat in beats if beat.state == "ready")
        capacity.add_metric([profile], ready)
    return [count, capacity]


def _tasks(client: Any) -> list[Metric]:
    """Tasks that no worker has fetched, and how long the relay's stream is."""
    queues = ["maintenance", *(queue_of(profile) for profile in profiles())]
    with client.pipeline(transaction=False) as pipe:
        for queue in queues:
            pipe.llen(queue)
        pipe.xlen(STREAM)
        *lengths, entries = pipe.execute()
    tasks = _gauge("tasks_waiting", "Tasks that no worker has fetched yet.", "queue")
    for queue, length in zip(queues, lengths, strict=True):
        tasks.add_metric([queue], length)
    relay = _gauge("relay_entries", "Entries that the relay holds.")
    relay.add_metric([], entries)
    return [tasks, relay]


def _sweeper(client: Any) -> list[Metric]:
    passed = last_pass(client)
    swept = CounterMetricFamily(
        "playground_leases_swept", "Generations taken from workers that were lost."
    )
    swept.add_metric([], passed.released)
    resent = CounterMetricFamily(
        "playground_tasks_resent", "Generations whose task was lost and sent again."
    )
    resent.add_metric([], passed.resent)
    age = _gauge("sweep_age_seconds", "Time since the last pass of the sweeper.")
    if passed.age_seconds is not None:
        age.add_metric([], passed.age_seconds)
    return [swept, resent, age]


def from_workers(figures: dict[tuple[str, str], list[Family]]) -> list[Metric]:
    """Each worker's own figures under its name; those of its engine as the engine names them."""
    merged: dict[str, Metric] = {}
    for (profile, node), families in figures.items():
        own = {"worker": node, "profile": profile}
        for family in families:
            metric = merged.setdefault(
                family.name, Metric(_named(family.name), family.documentation, family.type)
            )
            metric.samples += [
                Sample(_named(name), {**labels, **own}, value)
                for name, labels, value in family.samples
            ]
    return list(merged.values())


def _named(name: str) -> str:
    """A worker's `process_…` beside the site's own: one name must not mean two things."""
    return f"playground_worker_{name}" if name.startswith("process_") else name
