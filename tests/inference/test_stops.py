"""Asking a generation to stop."""

import pytest

from inference import ledger
from inference.ledger import Stopping
from inference.models import Generation
from tests.factories import make_generation
from tests.inference.results import claimed, done, lost

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_ends_a_queued_one_at_once() -> None:
    row = make_generation()
    assert ledger.request_stop([row.pk]) == [Stopping(row.pk, 0, "stopped")]
    row.refresh_from_db()
    assert (row.status, row.finish_reason) == ("stopped", "abort")
    assert row.finished_at is not None


def test_it_asks_the_worker_of_a_running_one() -> None:
    claim = claimed()
    assert ledger.request_stop([claim.id]) == [Stopping(claim.id, 1, "running")]
    row = Generation.objects.get()
    assert (row.status, row.stop_requested, row.finished_at) == ("running", True, None)


def test_it_leaves_an_ended_one_as_it_is() -> None:
    claim = claimed()
    ledger.finish("one", [done(claim)])
    before = Generation.objects.values().get()
    assert ledger.request_stop([claim.id]) == []
    assert Generation.objects.values().get() == before


def test_it_keeps_what_an_earlier_attempt_had_shown() -> None:
    claim = claimed()
    ledger.release("one", [lost(claim, "It st")])
    ledger.request_stop([claim.id])
    row = Generation.objects.get()
    assert (row.status, row.text) == ("stopped", "It st")
