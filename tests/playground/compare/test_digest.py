"""The digest: what the history looks through, written once a run has ended."""

import threading

import pytest
from django.db import connection, connections, transaction

from inference.models import Generation, Status
from playground.compare.digest import digest, digest_what_is_due
from playground.compare.models import Comparison
from tests.factories import Cast, generations_of, make_session
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)


def found(query: str, column: str = "words", config: str = "english") -> int:
    sql = f"SELECT count(*) FROM compare_comparison WHERE {column} @@ to_tsquery('{config}', %s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [query])
        return int(cursor.fetchone()[0])


def test_it_waits_until_every_generation_has_ended(cast: Cast) -> None:
    session = make_session(cast.alice, statuses=[Status.DONE, Status.RUNNING])
    assert digest() == 0
    first, second = generations_of(session)
    Generation.objects.filter(pk=first.pk).update(ttft_us=5, e2e_us=90, output_tokens=3)
    Generation.objects.filter(pk=second.pk).update(
        status=Status.FAILED, ttft_us=7, e2e_us=80, output_tokens=4
    )
    assert digest() == 1
    run = session.comparisons.get()
    assert (run.ttft_us, run.e2e_us, run.output_tokens) == (7, 90, 7)
    assert (run.profiles, run.statuses) == (["small"], ["done", "failed"])
    assert digest() == 0


def test_it_weighs_the_prompt_over_the_name_over_the_answer(cast: Cast) -> None:
    ended_run(cast.alice, "A fox", ["An owl"], name="A badger")
    for query, count in (("foxes:A", 1), ("badgers:B", 1), ("owls:C", 1), ("owl:A", 0)):
        assert found(query) == count, query


def test_it_splits_code_at_every_sign(cast: Cast) -> None:
    ended_run(cast.alice, "Fix foo_bar(x.y)", ["return naïve-café[0]"])
    for query in ("foo & bar & x & y", "naïve & café"):
        assert found(query, "code_words", "simple") == 1, query


def test_it_finds_a_renamed_run_by_its_new_name(cast: Cast) -> None:
    run = ended_run(cast.alice, name="Lighthouse")
    Comparison.objects.filter(pk=run.pk).update(name="Windmill", digested_at=None)
    assert digest() == 1
    assert (found("lighthouse"), found("windmill")) == (0, 1)


def test_it_takes_the_largest_prompt_and_answers(cast: Cast) -> None:
    words = " ".join(f"𝒳{n}𝒴" for n in range(30_000))[:200_000]
    run = ended_run(cast.alice, words, [words, words])
    assert run.digested_at is not None


def test_it_leaves_what_another_pass_holds(cast: Cast) -> None:
    session = make_session(cast.alice, statuses=[Status.DONE])
    make_session(cast.alice, statuses=[Status.DONE])
    done: list[int] = []

    def pass_elsewhere() -> None:
        done.append(digest())
        connections.close_all()

    with transaction.atomic():
        Comparison.objects.select_for_update().get(session=session)
        thread = threading.Thread(target=pass_elsewhere)
        thread.start()
        thread.join(10)
    assert done == [1]
    assert digest() == 1


def test_it_goes_on_until_nothing_is_due(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.compare.digest.BATCH", 2)
    monkeypatch.setattr(digest, "__defaults__", (2,))
    for _ in range(5):
        make_session(cast.alice, statuses=[Status.DONE])
    assert digest_what_is_due(seconds=30) == 5


def test_it_is_not_stopped_by_a_sum_that_no_column_holds(cast: Cast) -> None:
    """Files that are imported may say anything of how long their answers were."""
    session = make_session(cast.alice, statuses=[Status.DONE, Status.DONE])
    Generation.objects.update(output_tokens=2_000_000_000)
    assert digest() == 1
    assert session.comparisons.get().output_tokens == 2**31 - 1
