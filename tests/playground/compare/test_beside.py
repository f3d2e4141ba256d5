"""Two runs side by side, at an address that names both."""

import pytest
from django.test import Client

from playground.compare.beside import beside_of
from playground.compare.models import Comparison
from tests.factories import Cast, membership_of
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)


def reference(run: Comparison) -> str:
    return f"{run.session.public_id}/{run.number}"


def place(run: Comparison) -> tuple:  # type: ignore[type-arg]
    return run.session.public_id, run.number


def test_it_tells_what_differs(cast: Cast) -> None:
    first = ended_run(
        cast.alice, "Name a red fox", ["A vixen", "Two"],
        settings={"temperature": 0, "top_p": 1.0}, figures={"e2e_us": 5000},
    )  # fmt: skip
    second = ended_run(
        cast.bob, "Name a grey fox", ["A vixen indeed"],
        settings={"temperature": 1.3, "top_p": 1.0}, figures={"e2e_us": 4000},
    )  # fmt: skip
    beside = beside_of(membership_of(cast.alice), place(first), place(second))
    assert [(c.run, c.letter) for c in beside.columns] == [(1, "A"), (1, "B"), (2, "A")]
    differing = {label: values for label, values, differs in beside.settings if differs}
    assert differing == {"Temperature": ["0", "0", "1.3"]}
    assert [p.text for p in beside.turns[0].pieces if p.change != "same"] == ["red", "grey"]
    assert [p.text for p in beside.columns[2].pieces if p.change == "added"] == [" indeed"]
    e2e = next(row for row in beside.figures if row.figure.name == "e2e_ms")
    assert [(cell.value, cell.best) for cell in e2e.cells] == [(5, False), (5, False), (4, True)]
    assert [(bool(a), bool(b)) for a, b in beside.pairs] == [(True, True), (True, False)]


def test_it_shows_them_to_their_team_only(cast: Cast, client: Client) -> None:
    first, second = ended_run(cast.alice, "A lantern"), ended_run(cast.bob, "An owl")
    private = ended_run(cast.alice, "A lantern", shared=False)
    foreign = ended_run(cast.charlie, "A lantern")
    for person, a, b, status in (
        (cast.alice, first, second, 200), (cast.vera, first, second, 200),
        (cast.charlie, first, second, 404), (cast.alice, first, foreign, 404),
        (cast.charlie, foreign, first, 404), (cast.bob, first, private, 404),
        (cast.bob, private, first, 404), (cast.alice, private, first, 200),
    ):  # fmt: skip
        client.force_login(person)
        answer = client.get("/runs/beside/", {"a": reference(a), "b": reference(b)})
        assert answer.status_code == status, (person, a, b)


def test_it_comes_from_two_boxes_of_the_list(cast: Cast, client: Client) -> None:
    first, second = ended_run(cast.alice), ended_run(cast.alice)
    client.force_login(cast.alice)
    answer = client.get("/runs/beside/", {"run": [reference(first), reference(second)]})
    assert answer.status_code == 302
    assert answer["Location"] == f"/runs/beside/?a={reference(first)}&b={reference(second)}"


@pytest.mark.parametrize("value", ["", "x", "1/1", "0" * 36 + "/1", "a\x00/1", "%" * 9000])
def test_it_asks_for_two_runs(cast: Cast, client: Client, value: str) -> None:
    client.force_login(cast.alice)
    for query in ({"a": value, "b": value}, {"run": [value]}, {}):
        answer = client.get("/runs/beside/", query)
        assert answer.status_code == 400
        assert "Choose two runs in the history" in answer.content.decode()


def test_it_shows_model_output_as_text(cast: Cast, client: Client) -> None:
    first = ended_run(cast.alice, "<b>x</b>", ["<script>alert(1)</script>"])
    second = ended_run(cast.alice, "<i>y</i>", ["<img src=x onerror=alert(1)>"])
    client.force_login(cast.alice)
    query = {"a": reference(first), "b": reference(second)}
    page = client.get("/runs/beside/", query).content.decode()
    for markup in ("<script>alert", "<img src=x", "<b>x", "<i>y"):
        assert markup not in page
