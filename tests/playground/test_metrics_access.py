"""Who may read the metrics: nobody, unless the operator says who."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from playground.local.valkey import Valkey
from tests.playground.scraping import BEARER, TOKEN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _stores(valkey: Valkey) -> None:
    """A scrape asks Valkey too."""


def test_it_is_closed_by_default(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=BEARER).status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer \u00e9", "\x00"],
)
def test_it_asks_for_the_token(client: Client, settings: Any, given: str | None) -> None:
    settings.METRICS_TOKEN = TOKEN
    headers = {} if given is None else {"authorization": given}
    answer = client.get("/metrics", headers=headers)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"playground_" not in answer.content


def test_it_opens_to_the_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")


def test_it_opens_to_a_network(client: Client, settings: Any) -> None:
    settings.METRICS_NETWORKS = ["127.0.0.0/8", "fd00::/8"]
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="fd00::7").status_code == 200
    for address in ("10.0.0.7", "2001:db8::1", "", "unix:"):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 401


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
def test_it_does_not_take_a_proxy_for_a_neighbor(
    client: Client, settings: Any, header: str
) -> None:
    settings.METRICS_NETWORKS = ["127.0.0.0/8"]
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def test_it_answers_no_other_method_and_no_other_part(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.post("/metrics", headers=BEARER).status_code == 405
    assert client.get("/metrics?part=all", headers=BEARER).status_code == 400


def test_it_does_not_start_with_a_network_that_is_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import playground.settings"],
        env={**os.environ, "METRICS_NETWORKS": "10.0.0.1/8"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "METRICS_NETWORKS" in done.stderr
