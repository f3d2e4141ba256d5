"""A prompt with variables, run for several cases: what is stored, and what is refused."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference.models import Generation, Status
from playground.compare.digest import digest
from playground.compare.models import Case, Comparison, Sample
from playground.prompts.variables import fill
from tests.factories import Cast
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = "Tell {{who}} about {{what}}."
TWO = [{"who": "Ann", "what": "owls"}, {"who": "Ben", "what": ""}]


async def refused(cast: Cast, **fields: Any) -> dict[str, Any]:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(**fields))
    assert answer["type"] == "error"
    assert await Generation.objects.acount() == 0
    return answer


async def test_it_runs_every_case_in_every_lane_and_sample(cast: Cast) -> None:
    asked = run(ASKED, cases=TWO, lanes=[lane(samples=2, seed=5), lane(temperature=0)])
    async with opened(cast.alice) as page:
        answer = await page.ask(asked)
        again = await page.ask(asked)
    one, two = answer["lanes"]
    assert [[len(ids) for ids in each["cases"]] for each in (one, two)] == [[2, 2], [1, 1]]
    assert one["samples"] == [id for ids in one["cases"] for id in ids]
    assert again["lanes"] == answer["lanes"]
    rows = {row.pk: row async for row in Generation.objects.all()}
    prompts = [[rows[id].messages[-1]["content"] for id in ids] for ids in one["cases"]]
    assert prompts == [["Tell Ann about owls."] * 2, ["Tell Ben about ."] * 2]
    assert [[rows[id].seed for id in ids] for ids in one["cases"]] == [[5, 6], [5, 6]]


async def test_it_keeps_the_prompt_as_written_and_the_values_beside_it(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(ASKED, cases=TWO))
    stored = await Comparison.objects.aget(pk=answer["comparison"]["id"])
    assert stored.messages == [{"role": "user", "content": ASKED}]
    cases = [case async for case in Case.objects.order_by("number")]
    assert [(case.number, case.variables) for case in cases] == [(1, TWO[0]), (2, TWO[1])]
    assert answer["session"]["title"] == "Tell Ann about owls."
    for sample in [each async for each in Sample.objects.select_related("case", "generation")]:
        [turn] = sample.generation.messages
        assert turn["content"] == fill(ASKED, sample.case.variables)


async def test_it_leaves_names_as_written_where_no_case_is_given(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run(ASKED))
    rows = [row async for row in Generation.objects.all()]
    assert {row.messages[-1]["content"] for row in rows} == {ASKED}
    assert [case.variables async for case in Case.objects.all()] == [{}]


async def test_it_keeps_only_values_that_the_prompt_has_a_name_for(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run("Hello {{who}}", cases=[{"who": "Ann", "other": "x"}]))
    assert (await Case.objects.aget()).variables == {"who": "Ann"}


async def test_it_shows_a_stored_run_with_its_cases(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(ASKED, cases=TWO, lanes=[lane()]))
    browser = Client()
    await sync_to_async(browser.force_login)(cast.alice)
    shown = await sync_to_async(browser.get)(answer["comparison"]["url"])
    state = shown.context["state"]
    assert state["cases"] == [
        {"number": 1, "variables": TWO[0]},
        {"number": 2, "variables": TWO[1]},
    ]
    assert [each["case"] for each in state["lanes"][0]["generations"]] == [1, 2]


async def test_it_finds_a_run_by_a_value(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run(ASKED, cases=TWO))
    await Generation.objects.aupdate(status=Status.DONE)
    await sync_to_async(digest)()
    assert "'owl'" in (await Comparison.objects.aget()).words


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"cases": [{"who": "x"}] * 33}, "cases", "33 cases; a run has at most 32"),
        (
            {"cases": TWO * 5, "lanes": [lane(samples=20), lane(samples=6)]},
            "cases",
            "260 answers (26 for each of 10 cases); at most 256",
        ),
        ({"cases": [TWO[0], {"who": "x" * 10_001}]}, "cases.1", "Case 2: The value of who has"),
        ({"cases": [{"who": "\x00"}]}, "cases.0", "Case 1: The text holds a NUL"),
        ({"cases": [{"who": 5}]}, None, "not understood"),
    ],
)
async def test_it_names_the_limit(
    cast: Cast, fields: dict[str, Any], field: str | None, words: str
) -> None:
    answer = await refused(cast, prompt=ASKED, **fields)
    assert answer["field"] == field
    assert words in answer["message"]


async def test_it_measures_what_values_would_make_of_a_prompt_first(cast: Cast) -> None:
    bomb = "{{a}}" * 30_000
    answer = await refused(cast, prompt=bomb, cases=[{"a": "x" * 10_000}])
    assert "has 300,000,000 characters" in answer["message"]
    answer = await refused(cast, prompt="{{a}}" * 19, cases=[{"a": "x" * 10_000}] * 6)
    assert "All cases together have 1,140,000 characters" in answer["message"]


async def test_it_says_which_case_has_no_prompt(cast: Cast) -> None:
    answer = await refused(cast, prompt="{{a}}", cases=[{"a": "x"}, {"a": " "}])
    assert (answer["field"], answer["message"]) == ("cases.1", "Case 2: Write a prompt first.")


async def test_it_puts_no_name_of_a_value_in(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run("{{a}}", cases=[{"a": "{{b}} {{a}}", "b": "never"}]))
    row = await Generation.objects.afirst()
    assert row is not None
    assert row.messages[-1]["content"] == "{{b}} {{a}}"
