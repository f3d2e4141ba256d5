"""Searching the history: words however inflected, code sign by sign, and what is marked."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.compare.history import highlights
from playground.compare.history import runs as history_runs
from playground.compare.history.filters import Filters
from playground.compare.history.highlights import CLOSE, MAX_CHARACTERS, OPEN, finds_in, marked
from playground.compare.history.runs import runs_of
from tests.factories import Cast, membership_of
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)
ANYTHING = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def found(cast: Cast, words: str, **more: bool) -> list[int]:
    return list(runs_of(membership_of(cast.alice), Filters(words=words, **more)).ids)


def test_it_finds_words_in_prompt_answer_and_name(cast: Cast) -> None:
    run = ended_run(cast.alice, "Write about foxes", ["The lanterns burned."], name="Baseline")
    ended_run(cast.alice, "Something else")
    for words in ("fox", "lantern burning", '"lanterns burned"', "baseline", "fox -owl",
                  "owl or fox"):  # fmt: skip
        assert found(cast, words) == [run.pk], words
    for words in ("owl", '"burned lanterns"', "fox -lantern"):
        assert found(cast, words) == [], words


def test_it_finds_code_exactly(cast: Cast) -> None:
    exact = ended_run(cast.alice, "Fix this", ["def run():\n    return foo_bar(x)"])
    ended_run(cast.alice, "Fix this", ["x bar foo: foo bar (x)"])
    for code in ("foo_bar(x)", "FOO_BAR(x)", "def run():\n    return", "def run():\n    ret"):
        assert found(cast, code) == [exact.pk], code
    prompt = ended_run(cast.alice, 'print("a\\n")\t{"k": 1}')
    for code in ('print("a\\n")', '{"k": 1}'):
        assert found(cast, code) == [prompt.pk], code
    assert found(cast, "()[]{}") == []


def test_it_finds_what_an_answer_was_given_to_begin_with(cast: Cast) -> None:
    given = {"beginning_ids": [5], "beginning_text": "A lantern_keeper "}
    run = ended_run(cast.alice, "Tell", ["sleeps."], figures=given)
    for words in ("lantern", "lantern_keeper sleeps", '"keeper sleeps"'):
        assert found(cast, words) == [run.pk], words
    [find] = finds_in([run.pk], "lantern", exact=False)[run.pk]
    assert find.piece == "<mark>lantern</mark>_keeper sleeps"


def test_it_looks_for_the_exact_text_where_words_find_nothing(cast: Cast) -> None:
    run = ended_run(cast.alice, "the", ["to be or not to be"])
    assert found(cast, "not to be") == [run.pk]
    assert found(cast, "or not", exact=True) == [run.pk]


@given(words=st.text(max_size=60), exact=st.booleans())
@settings(max_examples=80, suppress_health_check=ANYTHING, deadline=None, database=None)
def test_it_takes_any_search(cast: Cast, words: str, exact: bool) -> None:
    words = words.replace("\x00", "").encode("utf-8", "ignore").decode()
    found(cast, words, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
def test_it_marks_finds_and_nothing_else(cast: Cast, client: Client, exact: bool) -> None:
    hostile = f"{OPEN}<script>alert(1)</script>{CLOSE} a lantern <img src=x onerror=alert(2)>"
    run = ended_run(cast.alice, "Say <b>lantern</b>", [hostile])
    pieces = [find.piece for find in finds_in([run.pk], "lantern", exact=exact)[run.pk]]
    assert all("<mark>lantern</mark>" in piece for piece in pieces)
    assert len(pieces) == 2
    client.force_login(cast.alice)
    page = client.get("/runs/", {"q": "lantern", "exact": "on" if exact else ""}).content.decode()
    assert "<mark>lantern</mark>" in page
    for markup in ("<script>alert", "<img src=x", "<b>lantern"):
        assert markup not in page


def test_it_escapes_both_what_is_marked_and_what_is_not() -> None:
    assert marked(f"<i>{OPEN}<b>{CLOSE}&") == "&lt;i&gt;<mark>&lt;b&gt;</mark>&amp;"


@pytest.mark.parametrize("exact", [False, True])
def test_it_marks_what_is_near_the_beginning_of_a_text(cast: Cast, exact: bool) -> None:
    far = ended_run(cast.alice, "Write", ["fog " * MAX_CHARACTERS + "lantern"])
    near = ended_run(cast.alice, "Write", [f"{OPEN}a lantern" + " in fog" * MAX_CHARACTERS])
    assert list(finds_in([far.pk, near.pk], "lantern", exact=exact)) == [near.pk]


@pytest.mark.parametrize("words", ["lantern", "a(lantern)"])
def test_it_lists_what_it_found_where_marking_takes_too_long(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    ended_run(cast.alice, f"Draw {words}")
    for name in ("HEADLINES", "PIECES"):
        monkeypatch.setattr(highlights, name, "SELECT pg_sleep(20), %(ids)s, %(words)s")
    monkeypatch.setattr(history_runs, "TIMEOUT_MS", 500)
    client.force_login(cast.alice)
    page = client.get("/runs/", {"q": words}).content.decode()
    assert f"Draw {words}" in page
    assert "<mark>" not in page


@pytest.mark.parametrize(("held", "near", "far"), [(500, 1000, 5000), (2, 1000, 5000), (9, 2, 2)])
def test_it_finds_words_that_stand_together(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, held: int, near: int, far: int
) -> None:
    """Also where only few of those with both words, or of the newest runs, are read for a page."""
    together = ended_run(cast.alice, "the engine batch grew")
    for _ in range(3):
        ended_run(cast.alice, "a batch for the engine")
    for name, number in (("MAX_HELD", held), ("NEAR", near), ("FAR", far)):
        monkeypatch.setattr(history_runs, name, number)
    page = runs_of(membership_of(cast.alice), Filters(words='"engine batch"'))
    ids = [*page.ids]
    while page.before:
        page = runs_of(membership_of(cast.alice), Filters(words='"engine batch"'), page.before)
        ids += page.ids
    assert ids == [together.pk]


def test_it_leaves_out_a_phrase(cast: Cast) -> None:
    ended_run(cast.alice, "the engine batch grew")
    apart = ended_run(cast.alice, "a batch for the engine")
    assert found(cast, 'engine -"engine batch"') == [apart.pk]
