"""A worker's figures for Prometheus: kept here, published to Valkey while someone asks for them.

A worker opens no port. The web process that is scraped says so in Valkey, and each worker then
writes its figures, and those of the engine in its process, under a key that expires by itself.
Nothing here is called for a token: an ended generation is counted once, its gaps in one pass.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

import msgspec
import redis
import structlog
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from inference.metrics import tpot_ms
from inference.stores import valkey

log = structlog.get_logger(__name__)
EXPORT_SECONDS = 5.0
WANTED = "metrics:wanted"
WANTED_SECONDS = 120
KEPT_SECONDS = 15
ENGINE_PREFIX = "vllm:"

SHORT = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)
LONG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


class Pooled(Collector):
    """A histogram that takes all gaps of a generation at once: two hundred in about 20 µs."""

    def __init__(self, name: str, documentation: str, bounds: Sequence[float]) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds_us = [round(bound * 1e6) for bound in bounds]
        self._labels = [str(bound) for bound in bounds]
        self._lock = Lock()
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def observe(self, profile: str, values_us: Iterable[int]) -> None:
        """Count microseconds."""
        ordered = sorted(values_us)
        with self._lock:
            counts = self._counts.setdefault(profile, [0] * (len(self._bounds_us) + 1))
            for place, bound in enumerate(self._bounds_us):
                counts[place] += bisect_right(ordered, bound)
            counts[-1] += len(ordered)
            self._sums[profile] = self._sums.get(profile, 0.0) + sum(ordered) / 1e6

    def collect(self) -> Iterable[Metric]:
        family = HistogramMetricFamily(self._name, self._documentation, labels=["profile"])
        with self._lock:
            for profile, counts in self._counts.items():
                buckets = list(zip([*self._labels, "+Inf"], map(float, counts), strict=True))
                family.add_metric([profile], buckets, self._sums[profile])
        yield family


disable_created_metrics()  # type: ignore[no-untyped-call]
WORKER = CollectorRegistry()
ProcessCollector(registry=WORKER)
GENERATIONS = Counter(
    "playground_generations",
    "Generations that ended in this worker, by how.",
    ["profile", "status"],
    registry=WORKER,
)
LOST = Counter(
    "playground_attempts_lost",
    "Attempts that ended without an answer and were handed back.",
    ["profile"],
    registry=WORKER,
)
RESTARTS = Counter(
    "playground_engine_restarts", "Engines built anew after a death.", ["profile"], registry=WORKER
)
TOKENS = Counter(
    "playground_tokens",
    "Tokens of ended generations: prompt (cached ones among them), cached, output.",
    ["profile", "kind"],
    registry=WORKER,
)
DISPATCH = Histogram(
    "playground_dispatch_seconds",
    "From the run's acceptance to its lease, both by Postgres's clock.",
    ["profile"],
    buckets=LONG,
    registry=WORKER,
)
TTFT = Histogram(
    "playground_ttft_seconds",
    "From arrival at the engine to the first token.",
    ["profile"],
    buckets=LONG,
    registry=WORKER,
)
TPOT = Histogram(
    "playground_tpot_seconds",
    "Time per output token after the first: decode over n - 1.",
    ["profile"],
    buckets=SHORT,
    registry=WORKER,
)
E2E = Histogram(
    "playground_generation_seconds",
    "From the run's acceptance to its stored end, both by Postgres's clock.",
    ["profile"],
    buckets=LONG,
    registry=WORKER,
)
ITL = Pooled(
    "playground_itl_seconds", "Gaps between the steps of an answer, all of them pooled.", SHORT
)
WORKER.register(ITL)
RUNNING = Gauge(
    "playground_running", "Generations that run in this worker.", ["profile"], registry=WORKER
)
RELAY_WAITING = Gauge(
    "playground_relay_waiting_events",
    "Events that this worker has not written to the relay yet.",
    ["profile"],
    registry=WORKER,
)


def record_start(profile: str, dispatch_us: int) -> None:
    """A lease was taken."""
    DISPATCH.labels(profile).observe(max(0, dispatch_us) / 1e6)


def record_end(profile: str, result: Mapping[str, Any], e2e_us: int) -> None:
    """A generation has ended; `result` as it was stored (see `outcome.result`)."""
    GENERATIONS.labels(profile, result["status"]).inc()
    for kind in ("prompt", "cached", "output"):
        TOKENS.labels(profile, kind).inc(result.get(f"{kind}_tokens") or 0)
    E2E.labels(profile).observe(e2e_us / 1e6)
    ttft_us, decode_us = result.get("ttft_us"), result.get("decode_us")
    if ttft_us is not None:
        TTFT.labels(profile).observe(ttft_us / 1e6)
    if (per_token := tpot_ms(decode_us, 0, result["output_tokens"])) is not None:
        TPOT.labels(profile).observe(per_token / 1e3)
    ITL.observe(profile, result["gaps_us"])


# --- publishing -----------------------------------------------------------------------------------

Sample = tuple[str, dict[str, str], float]


class Family(msgspec.Struct, array_like=True):
    """One metric with its samples, as it travels."""

    name: str
    type: str
    documentation: str
    samples: list[Sample]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Family])


def figures_key(profile: str, node: str) -> str:
    return f"metrics:worker:{profile}:{node}"


def collected() -> list[Family]:
    """This process's figures, and the engine's under the names that it gives them."""
    engine = (m for m in REGISTRY.collect() if m.name.startswith(ENGINE_PREFIX))
    return [
        Family(
            metric.name,
            metric.type,
            metric.documentation,
            [(sample.name, dict(sample.labels), float(sample.value)) for sample in metric.samples],
        )
        for metric in (*WORKER.collect(), *engine)
    ]


def publish(client: "redis.Redis", profile: str, node: str) -> bool:
    """Write the figures where a scrape finds them, if anyone scrapes."""
    if not client.exists(WANTED):
        return False
    client.set(figures_key(profile, node), _encoder.encode(collected()), ex=KEPT_SECONDS)
    return True


Node = tuple[str, str]
"""A worker: its profile and its name."""


def published(client: "redis.Redis", workers: Sequence[Node]) -> dict[Node, list[Family]]:
    """The figures of these workers, of those that gave any. Asking is what keeps them coming."""
    client.set(WANTED, 1, ex=WANTED_SECONDS)
    if not workers:
        return {}
    raws: Any = client.mget([figures_key(*worker) for worker in workers])
    return {
        worker: _decoder.decode(raw)
        for worker, raw in zip(workers, raws, strict=True)
        if raw is not None
    }


async def publish_forever(profile: str, node: str) -> None:
    """Publish until cancelled; a Valkey that is away is no matter."""
    while True:
        try:
            await asyncio.to_thread(publish, valkey(), profile, node)
        except RedisError as error:
            log.info("figures not published", error=str(error))
        await asyncio.sleep(EXPORT_SECONDS)
