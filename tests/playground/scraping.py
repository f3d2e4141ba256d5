"""What a scrape of the site shows, as Prometheus reads it."""

from typing import Any

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a token for tests"
BEARER = {"authorization": f"Bearer {TOKEN}"}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    """Every sample by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(part: str = "") -> Samples:
    """Ask with the token."""
    answer = Client().get("/metrics", {"part": part} if part else {}, headers=BEARER)
    assert answer.status_code == 200, answer.content
    return parsed(answer.content.decode())


def value(samples: Samples, name: str, **labels: Any) -> float | None:
    """One sample; None where there is none."""
    return samples.get((name, frozenset((key, str(label)) for key, label in labels.items())))
