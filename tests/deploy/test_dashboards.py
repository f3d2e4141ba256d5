"""Every name in the dashboard and the alert rules is one that the code exports, with its labels."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from prometheus_client import Metric
from prometheus_client.metrics import MetricWrapperBase

from inference import exporting
from inference.exporting import ITL, RELAY_WAITING, RUNNING, collected
from inference.workers import Heartbeat, beat_sync
from playground.local.valkey import Valkey
from playground.metrics import site
from playground.metrics.shared import Shared, from_workers
from playground.metrics.site import SITE

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\b(?:playground_|vllm:|process_)[a-z0-9_:]+")
SELECTOR = re.compile(r"((?:playground_|vllm:|process_)[a-z0-9_:]+)\{([^}]*)\}")
GROUPED = re.compile(r"\b(?:by|on|without)\s*\(([^)]*)\)")
GIVEN_BY_PROMETHEUS = {"le", "instance", "job"}
GIVEN_TO_ENGINES = {"worker", "profile"}
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}


def dashboard() -> dict[str, Any]:
    return dict(json.loads((DEPLOY / "grafana" / "playground.json").read_text()))


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for p in dashboard()["panels"] for target in p.get("targets", [])]
    variables = [item.get("definition", "") for item in dashboard()["templating"]["list"]]
    return [*panels, *variables, *(rule["expr"] for rule in rules())]


def engine_names() -> Iterator[str]:
    """The names in vLLM's own source: no engine is started for this."""
    spec = importlib.util.find_spec("vllm")
    if spec is None or spec.origin is None:
        pytest.skip("vLLM is not installed")
    source = (Path(spec.origin).parent / "v1" / "metrics" / "loggers.py").read_text()
    for kind, name in re.findall(r'_(gauge|counter|histogram)_cls\(\s*name="(vllm:\w+)"', source):
        yield from (f"{name}{suffix}" for suffix in SUFFIXES[kind])


def families() -> Iterator[Metric]:
    """What a scrape is made of, with something to show in each."""
    RUNNING.labels("small").set(0)
    RELAY_WAITING.labels("small").set(0)
    ITL.observe("small", [1000])
    yield from SITE.collect()
    yield from Shared().collect()
    yield from from_workers({("small", "small@here:1"): collected()})


def exported() -> set[str]:
    """Sample names; those of a metric that has no series yet follow from its type."""
    names = {sample.name for metric in families() for sample in metric.samples}
    for metric in families():
        names |= {f"{metric.name}{suffix}" for suffix in SUFFIXES.get(metric.type, [])}
    return names


def declared() -> dict[str, set[str]]:
    """The labels of metrics that may have no series yet, by sample name."""
    found = {}
    for module, given in ((site, set()), (exporting, GIVEN_TO_ENGINES)):
        for metric in vars(module).values():
            if isinstance(metric, MetricWrapperBase):
                (described,) = metric.describe()
                for suffix in SUFFIXES[described.type]:
                    found[f"{described.name}{suffix}"] = set(metric._labelnames) | given
    return found


@pytest.fixture
def known(transactional_db: None, valkey: Valkey) -> set[str]:
    client = redis.Redis.from_url(valkey.url)
    beat_sync(client, Heartbeat(profile="small", node="n", state="ready", running=0, capacity=1,
                                pid=1))  # fmt: skip
    return exported()


def test_it_names_only_what_the_code_exports(known: set[str]) -> None:
    used = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(used) > 30
    assert used - known - set(engine_names()) == set()


def test_it_shows_everything_that_the_code_exports(known: set[str]) -> None:
    """A figure that nobody looks at is either missing here or too much there."""
    shown = " ".join(expressions())
    bases = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in known}
    own = {name for name in bases if name.startswith("playground_") and "_process_" not in name}
    assert {name for name in own if name not in shown} <= {
        "playground_run_accept_seconds",
        "playground_relay_entries",
        "playground_tasks_waiting",
        "playground_relay_waiting_events",
    }


def test_it_selects_and_groups_by_labels_that_exist(known: set[str]) -> None:
    labels = declared()
    for metric in families():
        for sample in metric.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    every = set().union(*labels.values()) | GIVEN_BY_PROMETHEUS | GIVEN_TO_ENGINES
    for expression in expressions():
        for name, selector in SELECTOR.findall(expression):
            chosen = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
            fallback = GIVEN_TO_ENGINES if name.startswith("vllm:") else every
            assert chosen <= labels.get(name, fallback) | GIVEN_BY_PROMETHEUS, expression
        for group in GROUPED.findall(expression):
            chosen = {label.strip() for label in group.split(",")} - {""}
            assert chosen <= every, expression


def test_it_has_balanced_expressions_and_panels_that_do_not_overlap() -> None:
    for expression in expressions():
        assert expression.count("(") == expression.count(")"), expression
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_it_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["action"]


def test_it_scrapes_the_address_that_is_served() -> None:
    from django.urls import resolve

    job = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"][
        0
    ]
    assert resolve(job.get("metrics_path", "/metrics")).url_name == "metrics"
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())
    host, _, port = job["static_configs"][0]["targets"][0].partition(":")
    assert compose["services"][host]["ports"][0].endswith(f":{port}")


def test_it_mounts_files_that_exist() -> None:
    beside = yaml.safe_load((DEPLOY / "monitoring.yml").read_text())
    files = [config["file"] for config in beside["configs"].values() if "file" in config]
    assert len(files) == 3
    assert all((DEPLOY.parent / file).is_file() for file in files)
    for service in beside["services"].values():
        assert {config["source"] for config in service["configs"]} <= set(beside["configs"])
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
