"""How a generation's end is written: once, by whoever holds the lease."""

import pytest

from inference import ledger
from inference.models import Attempt, Generation
from tests.inference.results import claimed, done, expire, lost

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_stores_the_whole_result() -> None:
    claim = claimed()
    (finished,) = ledger.finish("one", [done(claim, ttft_us=900, decode_us=3000)])
    row = Generation.objects.get()
    assert finished is not None
    assert (row.status, row.text, row.token_ids) == ("done", "It stores keys.", [1, 2, 3])
    assert (row.step_tokens, row.gaps_us, row.ttft_us) == ([1, 2], [12_000], 900)
    assert row.e2e_us == finished.e2e_us > 0
    assert (row.lease_owner, row.lease_until) == ("", None)
    assert Attempt.objects.get().outcome == "done"


def test_it_changes_nothing_when_written_twice() -> None:
    claim = claimed()
    assert ledger.finish("one", [done(claim)])[0] is not None
    before = Generation.objects.values().get()
    assert ledger.finish("one", [done(claim, text="another")]) == [None]
    assert Generation.objects.values().get() == before


def test_it_ignores_a_worker_whose_lease_another_has() -> None:
    claim = claimed("one")
    expire(claim)
    ledger.release("", [lost(claim)])
    (again,) = ledger.claim("two", [claim.id])
    assert again is not None
    assert ledger.finish("one", [done(claim, text="late")]) == [None]
    assert ledger.finish("two", [done(again, text="right")])[0] is not None
    assert Generation.objects.get().text == "right"


def test_it_ignores_an_earlier_attempt_of_the_same_worker() -> None:
    claim = claimed("one")
    ledger.release("one", [lost(claim)])
    (again,) = ledger.claim("one", [claim.id])
    assert again is not None
    assert ledger.finish("one", [done(claim, text="late")]) == [None]
    assert Generation.objects.get().status == "running"


def test_it_answers_in_the_order_of_the_results() -> None:
    kept, gone = claimed(), claimed()
    ledger.release("one", [lost(gone)])
    written = ledger.finish("one", [done(gone), done(kept)])
    assert [bool(item) for item in written] == [False, True]


@pytest.mark.parametrize(
    "text", ["", "naïve 🦊\n\t", "'; DROP TABLE x; --", '\\u0041 " {', "x" * 200_000]
)
def test_it_stores_any_text(text: str) -> None:
    ledger.finish("one", [done(claimed(), text=text)])
    assert Generation.objects.get().text == text
