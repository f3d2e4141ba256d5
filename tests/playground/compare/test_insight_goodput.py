"""Answers within limits: what the page says for limits in its address."""

import json
import re

import pytest
from django.test import Client

from tests.factories import Cast, generations_of
from tests.playground.compare.insight_runs import measured_run

pytestmark = pytest.mark.django_db(transaction=True)


def shares(client: Client, cast: Cast, **limits: object) -> list[str]:
    """What the table says of each lane."""
    run = measured_run(cast.alice, [[100, 200, 300, 400], [50, 60, 70, 900]])
    row = generations_of(run.session)[0]
    row.status = "failed"
    row.save()
    client.force_login(cast.alice)
    answer = client.get(f"{run.get_absolute_url()}insight/", limits)
    assert answer.status_code == 200
    return re.findall(r"data-goodput-words>([^<]*)<", answer.content.decode())


def test_without_limits_only_what_failed_is_out(cast: Cast, client: Client) -> None:
    assert shares(client, cast) == ["3 of 4 (75.0%)", "4 of 4 (100.0%)"]


def test_a_value_at_its_limit_is_within(cast: Cast, client: Client) -> None:
    assert shares(client, cast, ttft="300") == ["2 of 4 (50.0%)", "3 of 4 (75.0%)"]


def test_all_limits_have_to_be_met(cast: Cast, client: Client) -> None:
    found = shares(client, cast, ttft="300", tpot="350", e2e="850")
    assert found == ["0 of 4 (0.0%)", "3 of 4 (75.0%)"]


@pytest.mark.parametrize("bad", ["-1", "nan", "soon", "9" * 400, "1\x00"])
def test_it_names_what_a_limit_may_be(cast: Cast, client: Client, bad: str) -> None:
    run = measured_run(cast.alice, [[100]])
    client.force_login(cast.alice)
    page = client.get(f"{run.get_absolute_url()}insight/", {"ttft": bad}).content.decode()
    assert "A time in ms, from 0 to 3,600,000." in page


def test_it_gives_the_page_the_figures_that_it_slides_over(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100, 200]])
    client.force_login(cast.alice)
    page = client.get(f"{run.get_absolute_url()}insight/").content.decode()
    found = re.search(r'id="goodput-answers" type="application/json">(.*?)</script>', page)
    assert found
    drawing = json.loads(found[1])
    assert drawing["rows"] == [[0, True, 100.0, 500.0, 1200.0], [0, True, 200.0, 1000.0, 2400.0]]
    assert drawing["scales"]["ttft"] == [100.0, 200.0]
