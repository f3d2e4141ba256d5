"""Who gets to run a generation: one worker, whatever is sent how often."""

import threading

import pytest

from inference import ledger
from inference.models import Attempt, Generation
from tests.factories import make_generation

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_gives_a_generation_to_one_of_two_workers() -> None:
    ids = [make_generation().pk for _ in range(20)]
    start, won = threading.Barrier(2), {}

    def work(owner: str) -> None:
        start.wait()
        won[owner] = [claim for claim in ledger.claim(owner, ids) if claim]

    workers = [threading.Thread(target=work, args=(owner,)) for owner in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(claim.id for claims in won.values() for claim in claims) == ids
    assert Attempt.objects.count() == len(ids)


def test_it_claims_once_where_a_task_is_delivered_twice() -> None:
    id = make_generation().pk
    assert [bool(claim) for claim in ledger.claim("one", [id, id])] == [True, False]
    assert ledger.claim("one", [id]) == [None]
    assert Generation.objects.get().attempt == 1


def test_it_tells_the_worker_all_it_needs() -> None:
    row = make_generation(seed=42, settings={"temperature": 0.5})
    (claim,) = ledger.claim("one", [row.pk])
    assert claim is not None
    assert (claim.attempt, claim.seed, claim.settings) == (1, 42, {"temperature": 0.5})
    assert claim.messages == row.messages
    assert claim.dispatch_us >= 0


def test_it_leaves_alone_what_was_stopped_before_it_began() -> None:
    row = make_generation()
    ledger.request_stop([row.pk])
    assert ledger.claim("one", [row.pk]) == [None]


def test_it_knows_no_generation_of_that_id() -> None:
    assert ledger.claim("one", [2**62]) == [None]
