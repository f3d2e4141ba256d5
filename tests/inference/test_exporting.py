"""A worker's figures: what is counted of an end, and when they are published."""

import random
from collections.abc import Iterator

import pytest
import redis

from inference import exporting
from inference.engines.scripted import ScriptedEngine
from inference.profiles import Profile
from inference.runner import Runner
from inference.workers import Heartbeat
from playground.local.processes import wait_until
from playground.local.valkey import Valkey
from tests.factories import make_generation

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


@pytest.fixture
def runner(client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setenv("PLAYGROUND_ALLOW_SCRIPTED", "1")
    monkeypatch.setattr(exporting, "EXPORT_SECONDS", 0.1)
    profile = Profile("figures", "Scripted", "", "scripted", "scripted", {"interval": 0.01})
    runner = Runner(ScriptedEngine(profile), "figures", "test")
    runner.start()
    yield runner
    runner.stop()


def samples(families: list[exporting.Family]) -> Samples:
    return {
        (name, frozenset(labels.items())): value
        for family in families
        for name, labels, value in family.samples
    }


def figure(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, frozenset({"profile": "figures", **labels}.items())), 0.0)


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_it_pools_gaps_as_observing_each_would(count: int) -> None:
    random.seed(count)
    gaps = [random.choice([1000, 1001, 5000, 10_000_000, random.randrange(3_000_000)])
            for _ in range(count)]  # fmt: skip
    pooled = exporting.Pooled("gaps", "", exporting.SHORT)
    pooled.observe("small", gaps[: count // 2])
    pooled.observe("small", gaps[count // 2 :])
    (family,) = pooled.collect()
    buckets = {s.labels["le"]: s.value for s in family.samples if s.name == "gaps_bucket"}
    assert buckets == {
        **{str(bound): sum(g <= round(bound * 1e6) for g in gaps) for bound in exporting.SHORT},
        "+Inf": count,
    }
    (total,) = [s.value for s in family.samples if s.name == "gaps_sum"]
    assert total == pytest.approx(sum(gaps) / 1e6)


@pytest.mark.django_db(transaction=True)
def test_it_counts_a_generation_once(runner: Runner) -> None:
    before = samples(exporting.collected())
    row = make_generation(profile="figures", settings={"max_tokens": 12})
    runner.submit(row.pk).result(timeout=10)
    after = samples(exporting.collected())

    def grown(name: str, **labels: str) -> float:
        return figure(after, name, **labels) - figure(before, name, **labels)

    assert grown("playground_generations_total", status="done") == 1
    assert grown("playground_tokens_total", kind="output") == 12
    assert grown("playground_itl_seconds_count") == 11
    assert grown("playground_itl_seconds_sum") == pytest.approx(0.11, abs=0.1)
    for name in ("ttft", "dispatch", "generation", "tpot"):
        assert grown(f"playground_{name}_seconds_count") == 1, name


@pytest.mark.django_db(transaction=True)
def test_it_counts_what_failed_as_failed(runner: Runner) -> None:
    row = make_generation(profile="figures", messages=[{"role": "user", "content": "word " * 5000}])
    runner.submit(row.pk).result(timeout=10)
    found = samples(exporting.collected())
    assert figure(found, "playground_generations_total", status="failed") >= 1


@pytest.mark.django_db(transaction=True)
def test_it_publishes_while_it_runs_and_someone_asks(runner: Runner, client: redis.Redis) -> None:
    worker = ("figures", "test")
    row = make_generation(profile="figures", settings={"max_tokens": 4000})
    ending = runner.submit(row.pk)
    assert exporting.published(client, [worker]) == {}

    def running() -> bool:
        found = exporting.published(client, [worker]).get(worker, [])
        return figure(samples(found), "playground_running") == 1

    assert wait_until(running, 5)
    runner.drain(0)
    ending.result(timeout=5)


def test_it_writes_nothing_where_nobody_scrapes(client: redis.Redis) -> None:
    assert not exporting.publish(client, "small", "test")
    assert client.keys("metrics:*") == []


def test_it_is_asked_by_the_names_that_heartbeats_have(client: redis.Redis) -> None:
    beat = Heartbeat(profile="small", node="n", state="ready", running=0, capacity=1, pid=1)
    worker = (beat.profile, beat.node)
    assert exporting.published(client, [worker]) == {}
    assert exporting.publish(client, *worker)
    assert list(exporting.published(client, [worker])) == [worker]
    assert 0 < client.ttl(exporting.figures_key(*worker)) <= exporting.KEPT_SECONDS
