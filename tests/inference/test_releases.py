"""What becomes of an attempt that ends without an answer."""

import threading

import pytest
from django.db import connection, transaction

from inference import ledger
from inference.models import MAX_ATTEMPTS, Attempt, Generation
from tests.inference.results import claimed, done, expire, lost

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_queues_the_generation_again() -> None:
    claim = claimed()
    (released,) = ledger.release("one", [lost(claim, "It st", "Engine gone.")])
    row, attempt = Generation.objects.get(), Attempt.objects.get()
    assert released is not None
    assert released.status == row.status == "queued"
    assert (row.text, row.lease_owner) == ("", "")
    assert (attempt.outcome, attempt.text, attempt.reason) == ("lost", "It st", "Engine gone.")


def test_it_keeps_the_partial_text_after_the_last_attempt() -> None:
    claim = claimed(attempt=MAX_ATTEMPTS - 1)
    (released,) = ledger.release("one", [lost(claim, "It st", "Engine gone.")])
    row = Generation.objects.get()
    assert released is not None
    assert (row.status, row.text, row.error) == ("interrupted", "It st", "Engine gone.")
    assert row.finished_at is not None
    assert (row.e2e_us or 0) > 0


def test_it_stops_what_was_asked_to_stop() -> None:
    claim = claimed()
    ledger.request_stop([claim.id])
    ledger.release("one", [lost(claim, "It st")])
    row = Generation.objects.get()
    assert (row.status, row.text, row.finish_reason, row.error) == ("stopped", "It st", "abort", "")


def test_it_stops_what_is_asked_to_stop_at_that_very_moment() -> None:
    claim = claimed()
    released: list[ledger.Released | None] = []
    releasing = threading.Thread(
        target=lambda: released.extend(ledger.release("one", [lost(claim)]))
    )
    with transaction.atomic():
        Generation.objects.filter(pk=claim.id).update(stop_requested=True)
        releasing.start()
        releasing.join(0.3)
        assert releasing.is_alive(), "the release must wait for the row"
    releasing.join(5)
    assert Generation.objects.get().status == "stopped"


def test_it_leaves_the_leases_of_others() -> None:
    claim = claimed("one")
    assert ledger.release("two", [lost(claim)]) == [None]
    assert ledger.release("", [lost(claim)]) == [None]
    assert Generation.objects.get().status == "running"


def test_it_leaves_what_has_ended() -> None:
    claim = claimed()
    ledger.finish("one", [done(claim)])
    assert ledger.release("one", [lost(claim)]) == [None]
    assert Generation.objects.get().status == "done"


def test_it_expires_leases_by_the_databases_clock() -> None:
    claim, fresh = claimed(), claimed()
    expire(claim)
    assert ledger.expired() == [(claim.id, 1)]
    assert fresh.id not in dict(ledger.expired())


def test_it_keeps_a_lease_that_is_renewed() -> None:
    claim = claimed()
    expire(claim)
    assert ledger.renew("one", [claim.id]) == {claim.id: False}
    assert ledger.expired() == []


def test_it_renews_only_what_is_still_held() -> None:
    mine, ended, taken = claimed("one"), claimed("one"), claimed("two")
    ledger.finish("one", [done(ended)])
    ledger.request_stop([mine.id])
    assert ledger.renew("one", [mine.id, ended.id, taken.id]) == {mine.id: True}


def test_it_gives_connections_back() -> None:
    ledger.expired()
    assert connection.connection is None
