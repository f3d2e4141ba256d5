"""A lane that draws several answers: one generation each, and the one it shows with the votes."""

import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference.analysis.log_probabilities import packed
from inference.engines.protocol import TokenLogprob
from inference.models import Generation, Status
from playground.accounts.models import User
from playground.compare.models import Case, Comparison, Lane, Sample, Session
from tests.factories import Cast, make_generation, make_session
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)
Given = tuple[str, float | None]


async def rows_of(answer: dict[str, Any]) -> list[Generation]:
    ids = [id for each in answer["lanes"] for id in each["samples"]]
    return [await Generation.objects.aget(pk=id) for id in ids]


async def test_it_stores_a_generation_for_each_sample(cast: Cast) -> None:
    asked = run(lanes=[lane(samples=3, seed=5), lane(temperature=0)])
    async with opened(cast.alice) as page:
        answer = await page.ask(asked)
        again = await page.ask(asked)
    first, second = answer["lanes"]
    assert [len(first["samples"]), len(second["samples"])] == [3, 1]
    assert (first["generation"], first["seed"]) == (first["samples"][0], 5)
    assert [row.seed for row in await rows_of(answer)][:3] == [5, 6, 7]
    numbers = Sample.objects.filter(generation__in=first["samples"]).order_by("generation_id")
    assert [row.number async for row in numbers] == [1, 2, 3]
    assert again["lanes"] == answer["lanes"]


async def test_it_tells_the_engine_nothing_of_the_lanes_own_settings(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(
            run(lanes=[lane(samples=2, choose="best_of"), lane(samples=2, logprobs=5)])
        )
    rows = await rows_of(answer)
    assert not {"samples", "choose", "seed"} & rows[0].settings.keys()
    assert [row.settings.get("logprobs") for row in rows] == [0, 0, 5, 5]
    kept = await Lane.objects.aget(samples__generation=rows[0])
    assert (kept.settings["samples"], kept.settings["choose"]) == (2, "best_of")


async def test_it_watches_every_sample_and_stops_each(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(lanes=[lane(samples=4)]))
        heard = {(await page.event("status"))["generation"] for _ in range(4)}
        assert heard == set(answer["lanes"][0]["samples"])
        await page.send({"type": "stop_all", "comparison": answer["comparison"]["id"]})
        ended = {(await page.event("end"))["generation"] for _ in range(4)}
    assert ended == heard


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"samples": 33}, "it goes from 1 to 32"),
        ({"samples": 0}, "it goes from 1 to 32"),
        ({"choose": "best_of"}, "set Samples to 2 or more"),
        ({"choose": "the wisest", "samples": 2}, "is one of: The first, The likeliest"),
    ],
)
async def test_it_refuses_what_cannot_be_drawn(
    cast: Cast, settings: dict[str, Any], words: str
) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(lanes=[lane(**settings)]))
    assert (answer["type"], words in answer["message"]) == ("error", True)
    assert await Generation.objects.acount() == 0


def sampled(author: User, choose: str, *answers: Given, status: str = Status.DONE) -> Session:
    """An ended run with one lane; `answers` are texts with the log-probability of their tokens."""
    session = make_session(author, "What is 3 + 4?", ())
    comparison = Comparison.objects.get(session=session)
    case, made = Case.objects.get(), Lane.objects.create(
        comparison=comparison, team=session.team, position=0, profile="small",
        settings={"samples": len(answers), "choose": choose},
    )  # fmt: skip
    for number, (text, log) in enumerate(answers, 1):
        chosen = [] if log is None else [TokenLogprob(1, "a", log, 1, ())]
        generation = make_generation(
            team_id=session.team_id, user_id=author.pk, status=status, text=text,
            seed=number, logprobs=packed(chosen), finish_reason="stop",
        )  # fmt: skip
        Sample.objects.create(
            lane=made, case=case, team=session.team, number=number, generation=generation
        )
    return session


def fragment(user: User, session: Session, rest: str = "lanes/0/samples/") -> Any:
    client = Client()
    client.force_login(user)
    return client.get(f"{session.get_absolute_url()}runs/1/{rest}")


def shown(html: str) -> int:
    """The number of the sample that the page is told to show."""
    found = re.search(r'data-shown="(\d+)"', html)
    assert found
    return Sample.objects.get(generation_id=found[1]).number


VOTES: tuple[Given, ...] = (("It is 8", -0.1), ("It is 7", -0.9), ("3 + 4 = 7", -0.5), ("9", -0.2))


@pytest.mark.parametrize(
    ("choose", "number"), [("first", 1), ("best_of", 1), ("self_consistency", 2)]
)
def test_it_shows_the_sample_that_the_strategy_says(cast: Cast, choose: str, number: int) -> None:
    answer = fragment(cast.alice, sampled(cast.alice, choose, *VOTES))
    assert answer.status_code == 200
    assert shown(answer.content.decode()) == number


def test_it_shows_the_votes(cast: Cast) -> None:
    html = fragment(cast.bob, sampled(cast.alice, "self_consistency", *VOTES)).content.decode()
    votes = re.findall(r'vote__answer">([^<]*)<.*?vote__count">(\d+)<', html)
    assert votes == [("7", "2"), ("8", "1"), ("9", "1")]
    assert "mean log-probability -0.900" in html


def test_it_counts_what_an_answer_was_given_to_begin_with(cast: Cast) -> None:
    session = sampled(cast.alice, "self_consistency", ("7", -0.1), (" 7", -0.2), ("9", -0.3))
    Generation.objects.filter(text=" 7").update(beginning_ids=[4], beginning_text="1")
    Generation.objects.filter(text=" 7").update(text="7")
    html = fragment(cast.alice, session).content.decode()
    votes = re.findall(r'vote__answer">([^<]*)<.*?vote__count">(\d+)<', html)
    assert sorted(votes) == [("17", "1"), ("7", "1"), ("9", "1")]


def test_it_counts_no_vote_of_what_was_stopped(cast: Cast) -> None:
    session = sampled(cast.alice, "self_consistency", *VOTES, status=Status.STOPPED)
    html = fragment(cast.alice, session).content.decode()
    assert (shown(html), "vote__answer" in html) == (1, False)


def test_it_writes_answers_as_text(cast: Cast) -> None:
    attack = "<script>alert(1)</script>"
    session = sampled(cast.alice, "first", (attack, None), (attack, None))
    assert attack not in fragment(cast.alice, session).content.decode()


@pytest.mark.parametrize("position", ["1", "99999999999999999999"])
def test_it_finds_no_lane_that_is_not_there(cast: Cast, position: str) -> None:
    session = sampled(cast.alice, "first", *VOTES)
    assert fragment(cast.alice, session, f"lanes/{position}/samples/").status_code == 404


async def test_it_shows_a_stored_run_with_all_its_samples(cast: Cast) -> None:
    session = await sync_to_async(sampled)(cast.alice, "best_of", *VOTES)
    html = (await sync_to_async(fragment)(cast.alice, session, "")).content.decode()
    state = re.search(r'id="comparison-state"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert state
    assert state[1].count('"generation"') == len(VOTES)
