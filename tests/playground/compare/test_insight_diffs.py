"""Two answers of a run side by side."""

import re

import pytest
from django.test import Client

from inference.models import Generation
from playground.compare.insight.diffs import token_texts
from playground.compare.models import Comparison
from tests.factories import Cast, generations_of
from tests.playground.compare.insight_runs import measured_run

pytestmark = pytest.mark.django_db(transaction=True)


def said(run: Comparison, place: int, *tokens: str, ids: list[int] | None = None) -> None:
    """Give an answer these tokens, one a step."""
    row = generations_of(run.session)[place]
    row.text = "".join(tokens)
    row.token_ids = ids or [hash(token) % 1000 for token in tokens]
    row.step_tokens = [1] * len(tokens)
    row.step_characters = [len(token) for token in tokens]
    row.save()


def shown(client: Client, cast: Cast, run: Comparison, **asked: object) -> str:
    client.force_login(cast.alice)
    headers = {"HX-Request": "true", "HX-Target": "text-diff"}
    answer = client.get(f"{run.get_absolute_url()}insight/", asked, headers=headers)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.lstrip().startswith("<section")
    return page


def test_it_marks_the_words_that_only_one_has(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [100]])
    said(run, 0, "The", " red", " fox", " slept")
    said(run, 1, "The", " owl", " slept")
    page = shown(client, cast, run)
    assert re.findall(r"<del[^>]*>([^<]*)</del>", page) == [" red fox"]
    assert re.findall(r"<ins[^>]*>([^<]*)</ins>", page) == [" owl"]
    assert "1 place where they differ" in page


def test_it_compares_by_tokens(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [100]])
    said(run, 0, "un", "known", ids=[1, 2])
    said(run, 1, "un", "know", "n", ids=[1, 3, 4])
    page = shown(client, cast, run, by="tokens")
    assert "1 token of 2 and 3 in both" in page
    assert re.findall(r"<ins[^>]*>([^<]*)</ins>", page) == ["known"]


def test_it_says_why_tokens_cannot_be_told_apart(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [100]])
    Generation.objects.update(step_tokens=[3], step_characters=[12])
    page = shown(client, cast, run, by="tokens")
    assert "What each token of Lane A says is not known" in page
    assert "Both answers are the same." in page


def test_it_takes_any_two_answers_of_a_case(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100, 110], [120, 130]])
    said(run, 1, "Second", " of A")
    said(run, 3, "Second", " of B")
    page = shown(client, cast, run, left="A.2", right="B.2")
    assert "Lane A, sample 2" in page
    assert re.findall(r"<del[^>]*>([^<]*)</del>", page) == [" A"]


def test_a_given_beginning_is_part_of_the_answer(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [100]])
    said(run, 0, "The", " fox", " slept")
    said(run, 1, " slept")
    row = generations_of(run.session)[1]
    row.beginning_ids, row.beginning_text = [1, 9], "The owl"
    row.save()
    page = shown(client, cast, run)
    assert re.findall(r"<ins[^>]*>([^<]*)</ins>", page) == [" owl"]
    assert "What each token of Lane B says" in shown(client, cast, run, by="tokens")


def test_it_escapes_what_answers_say(cast: Cast, client: Client) -> None:
    run = measured_run(cast.alice, [[100], [100]])
    said(run, 0, "<script>alert(1)</script>")
    assert "<script>alert" not in shown(client, cast, run)


@pytest.mark.parametrize("asked", [{"left": "Z"}, {"right": "\x00"}, {"by": "letters"}])
def test_it_bears_choices_that_there_are_not(
    cast: Cast, client: Client, asked: dict[str, str]
) -> None:
    assert "Both answers are the same." in shown(
        client, cast, measured_run(cast.alice, [[1], [1]]), **asked
    )


def test_it_knows_no_texts_where_steps_and_characters_disagree() -> None:
    row = Generation(text="ab", token_ids=[1, 2], step_tokens=[1, 1], step_characters=[1])
    assert token_texts(row) is None
    row.step_characters = [1, 1]
    assert token_texts(row) == ["a", "b"]
