"""What the views and files say of the conditions that a run was made under."""

import pytest
from django.test import Client

from inference.models import Generation
from playground.compare.models import Comparison
from tests.factories import Cast
from tests.playground.compare.insight_runs import measured_run
from tests.playground.sharing.files import document_of, upload

pytestmark = pytest.mark.django_db(transaction=True)


def shown(client: Client, cast: Cast, run: Comparison) -> str:
    client.force_login(cast.alice)
    return client.get(f"{run.get_absolute_url()}insight/").content.decode()


def test_it_marks_a_run_beside_which_others_ran(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[1], [2]], lane_order="sequential", lane_order_seed=3)
    Generation.objects.update(load_running=0, load_waiting=0)
    page = shown(client, cast, run)
    assert "one at a time, lane by lane" in page
    assert "Contended" not in page
    Generation.objects.filter(sample__lane__position=1).update(load_running=2, load_waiting=1)
    assert "Up to 2 other answers were running and 1 waiting" in shown(client, cast, run)


def test_it_says_that_lanes_of_one_run_shared_the_engine(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[1], [2]])
    Generation.objects.update(load_running=0, load_waiting=0)
    assert "The lanes ran together and shared the engine" in shown(client, cast, run)


def test_an_exported_run_keeps_its_order_and_load(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[1], [2]], lane_order="interleaved", lane_order_seed=9)
    Generation.objects.update(load_running=4, load_waiting=0, turn=1)
    exported = document_of(client, cast.alice, f"/sessions/{run.session.public_id}/export.json")
    upload(client, cast.charlie, exported)
    copy = Comparison.objects.latest("pk")
    assert (copy.lane_order, copy.lane_order_seed) == ("interleaved", 9)
    rows = Generation.objects.filter(sample__lane__comparison=copy)
    assert {(row.turn, row.load_running, row.load_waiting) for row in rows} == {(1, 4, 0)}
