"""Narrowing the history: each filter alone, all together, and what is wrong with them."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.compare.history.filters import FilterForm, Filters
from playground.compare.history.runs import pinned_of, runs_of
from tests.factories import Cast, membership_of
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)
ANYTHING = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def filters(**given: str) -> Filters:
    form = FilterForm(given)
    assert form.is_valid(), form.errors
    return form.filters


def test_it_narrows_by_each(cast: Cast) -> None:
    wanted = ended_run(
        cast.bob, "A", tags=["kv"], figures={"ttft_us": 600_000, "e2e_us": 9_000_000},
        settings={"temperature": 0.7, "stop": ["END"]},
        created_at=datetime(2026, 3, 4, 23, 30, tzinfo=UTC),
    )  # fmt: skip
    ended_run(cast.alice, "B", figures={"ttft_us": 400_000, "e2e_us": 1000, "status": "failed"},
              settings={"temperature": 0.75})  # fmt: skip
    me = membership_of(cast.alice)
    for query in (
        {"author": str(cast.bob.pk)}, {"tag": "kv"}, {"status": "done"},
        {"since": "2026-03-04", "until": "2026-03-04"}, {"setting": "temperature", "value": "0.70"},
        {"setting": "stop", "value": "END"}, {"figure": "ttft", "least": "500"},
        {"figure": "e2e", "least": "9000", "most": "9000"},
        {"tag": "kv", "status": "done", "profile": "small", "figure": "ttft", "least": "500"},
    ):  # fmt: skip
        assert list(runs_of(me, filters(**query)).ids) == [wanted.pk], query
    assert len(runs_of(me, filters(profile="small")).ids) == 2
    for query in ({"profile": "big"}, {"until": "2026-03-03"}, {"since": "2199-01-01"},
                  {"setting": "temperature", "value": "0.71"}):  # fmt: skip
        assert not runs_of(me, filters(**query)).ids, query


def test_it_shows_pinned_runs_first(cast: Cast) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    pinned = ended_run(cast.alice, "Pinned", pinned_at=at, created_at=at)
    ended_run(cast.alice, "Newer")
    ended_run(cast.bob, "Private", pinned_at=at, shared=False)
    me = membership_of(cast.alice)
    assert pinned_of(me, Filters()) == [pinned.pk]
    assert list(runs_of(me, filters(pinned="on")).ids) == [pinned.pk]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("q", "x" * 10_000, "10,000 characters; at most 300"), ("q", "a\x00b", "Null characters"),
        ("since", "0001-01-01", "Choose a day from 2000-01-01"), ("until", "yesterday", "valid"),
        ("author", "-1", "greater"), ("author", "9" * 40, "less"), ("author", "nobody", "no such"),
        ("profile", "p" * 61, "at most 60"), ("status", "asleep", "valid"),
        ("least", "-1", "from 0 to"), ("least", "1e400", "from 0 to"), ("most", "nan", "number"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_and_keeps_the_rest(
    cast: Cast, client: Client, field: str, value: str, words: str
) -> None:
    ended_run(cast.alice, "Kept run", tags=["kept"])
    ended_run(cast.alice, "Other run")
    client.force_login(cast.alice)
    query = {"figure": "ttft", "tag": "kept", field: value}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get("/runs/", query, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert f'id="problem-{field}"' in text
        assert words in text
        assert "Kept run" in text
        assert "Other run" not in text


def test_it_says_what_two_parts_get_wrong_together() -> None:
    form = FilterForm({"since": "2026-02-02", "until": "2026-02-01", "least": "5", "most": "4",
                       "setting": "temperature", "value": "9"})  # fmt: skip
    assert not form.is_valid()
    assert set(form.errors) == {"until", "most", "value"}
    assert "from 0 to 2" in form.errors["value"][0]


@given(query=st.dictionaries(st.sampled_from(list(FilterForm.base_fields)), st.text(max_size=40)))
@settings(max_examples=80, suppress_health_check=ANYTHING, deadline=None, database=None)
def test_it_takes_any_filters(cast: Cast, query: dict[str, str]) -> None:
    form = FilterForm(query)
    form.is_valid()
    runs_of(membership_of(cast.alice), form.filters)
    pinned_of(membership_of(cast.alice), form.filters)
