"""An answer's tokens for the page, and runs that fork it at one of them."""

import math
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference.analysis.log_probabilities import packed
from inference.engines.protocol import TokenLogprob
from inference.ledger import claim
from inference.models import Generation
from inference.profiles import profiles
from playground.accounts.models import User
from playground.compare.models import Comparison, Lane
from tests.factories import Cast
from tests.playground.compare.ended_runs import ended_run
from tests.playground.compare.page import lane, opened
from tests.playground.compare.page import run as asking

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {1: "The", 2: " fox", 3: " owl", 4: " slept", 5: "."}


def choice(chosen: int, *likeliest: tuple[int, float]) -> TokenLogprob:
    top = tuple((id, WORDS[id], math.log(share)) for id, share in likeliest)
    share = dict(likeliest)[chosen]
    rank = 1 + sum(other > share for _, other in likeliest)
    return TokenLogprob(chosen, WORDS[chosen], math.log(share), rank, top)


CHOICES = [
    choice(1, (1, 0.9), (2, 0.1)),
    choice(2, (2, 0.6), (3, 0.4)),
    choice(4, (5, 0.7), (4, 0.3)),
]


@pytest.fixture
def run(cast: Cast) -> Comparison:
    """One answer, “The fox slept”, with the alternatives of each of its tokens."""
    made = ended_run(cast.alice, answers=["The fox slept"], settings={"temperature": 1.0})
    change(made, token_ids=[1, 2, 4], logprobs=packed(CHOICES))
    return made


def change(run: Comparison, **columns: Any) -> None:
    Generation.objects.filter(sample__lane__comparison=run).update(**columns)


def row_of(run: Comparison, position: int = 0) -> Generation:
    return Generation.objects.get(sample__lane__comparison=run, sample__lane__position=position)


def address(run: Comparison) -> str:
    return f"{run.get_absolute_url()}answers/{row_of(run).pk}/"


def asked(client: Client, person: User, run: Comparison, **query: object) -> dict[str, Any]:
    client.force_login(person)
    answer = client.get(f"{address(run)}tokens/", query)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def fork(client: Client, person: User, run: Comparison, **given: object) -> Any:
    client.force_login(person)
    return client.post(f"{address(run)}fork/", given)


def newest() -> Comparison:
    found = Comparison.objects.order_by("-pk").first()
    assert found is not None
    return found


def test_it_tells_each_tokens_figures(cast: Cast, client: Client, run: Comparison) -> None:
    found = asked(client, cast.alice, run)
    texts, ids, logprobs, ranks, lows, _ = zip(*found["tokens"], strict=True)
    assert (texts, ids, ranks) == (("The", " fox", " slept"), (1, 2, 4), (1, 1, 2))
    assert logprobs == pytest.approx([math.log(0.9), math.log(0.6), math.log(0.3)], abs=1e-4)
    entropy = -(0.6 * math.log2(0.6) + 0.4 * math.log2(0.4))
    assert lows[1] == pytest.approx(entropy, abs=1e-3)


def test_it_lists_alternatives_from_a_token_on(cast: Cast, client: Client, run: Comparison) -> None:
    found = asked(client, cast.alice, run, start=1)["alternatives"]
    assert [[text for text, _, _ in listed] for listed in found] == [
        [" fox", " owl"],
        [".", " slept"],
    ]
    assert asked(client, cast.alice, run, start=99)["alternatives"] == []


@pytest.mark.parametrize("start", ["-1", "x", "9" * 40, "1\x00"])
def test_it_finds_nothing_at_nonsense(
    cast: Cast, client: Client, run: Comparison, start: str
) -> None:
    client.force_login(cast.alice)
    assert client.get(f"{address(run)}tokens/", {"start": start}).status_code == 404
    assert client.get(f"{run.get_absolute_url()}answers/{'9' * 30}/tokens/").status_code == 404


def test_it_has_no_tokens_where_no_probabilities_were_kept(
    cast: Cast, client: Client, run: Comparison
) -> None:
    change(run, logprobs=None)
    assert asked(client, cast.alice, run)["tokens"] == []


def test_it_forks_at_a_token_beside_the_lane_as_it_was(
    cast: Cast, client: Client, run: Comparison
) -> None:
    answer = fork(client, cast.alice, run, kept=1, token=3)
    assert answer.status_code == 201
    made = newest()
    assert answer.json() == {"url": made.get_absolute_url()}
    assert made.session_id == run.session_id
    same, other = row_of(made, 0), row_of(made, 1)
    assert (same.beginning_ids, same.beginning_text) == (None, "")
    assert (other.beginning_ids, other.beginning_text) == ([1, 3], "The owl")
    assert same.seed == other.seed == row_of(run).seed
    assert same.settings == other.settings
    assert other.messages == row_of(run).messages


def test_it_hands_the_beginning_to_the_worker(cast: Cast, client: Client, run: Comparison) -> None:
    fork(client, cast.alice, run, kept=2, token=5)
    held = claim("a worker", [row_of(newest(), 1).pk])[0]
    assert held is not None
    assert held.beginning == [1, 2, 5]


def test_it_forks_a_fork(cast: Cast, client: Client, run: Comparison) -> None:
    change(run, beginning_ids=[7, 8], beginning_text="Once upon ")
    fork(client, cast.alice, run, kept=3, token=3)
    same, other = row_of(newest(), 0), row_of(newest(), 1)
    assert (same.beginning_ids, same.beginning_text) == ([7, 8], "Once upon ")
    assert (other.beginning_ids, other.beginning_text) == ([7, 8, 1, 3], "Once upon The owl")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kept": 1, "token": 5}, "not among the alternatives"),
        ({"kept": 3, "token": 5}, "No alternatives were kept"),
        ({"kept": 4, "token": 5}, "can be forked after token 0 to 3"),
        ({"kept": "x", "token": 5}, "not understood"),
        ({"kept": 1, "token": "9" * 40}, "not understood"),
        ({}, "not understood"),
    ],
)
def test_it_says_why_it_does_not_fork(
    cast: Cast, client: Client, run: Comparison, given: dict[str, object], reason: str
) -> None:
    before = Comparison.objects.count()
    answer = fork(client, cast.alice, run, **given)
    assert answer.status_code == 422
    assert reason in answer.json()["problem"]
    assert Comparison.objects.count() == before


def test_it_forks_no_lane_that_is_held_to_a_form(
    cast: Cast, client: Client, run: Comparison
) -> None:
    Lane.objects.update(settings={"structure": "regex", "structure_text": "[a-z]+"})
    assert "held to a form" in asked(client, cast.alice, run)["refusal"]
    assert "held to a form" in fork(client, cast.alice, run, kept=1, token=3).json()["problem"]


def test_its_views_tell_where_a_fork_parts(cast: Cast, client: Client, run: Comparison) -> None:
    fork(client, cast.alice, run, kept=1, token=3)
    made = newest()
    change(made, status="done", prompt_token_ids=[9], token_ids=[4], logprobs=packed(CHOICES[2:]))
    Generation.objects.filter(pk=row_of(made).pk).update(
        token_ids=[1, 2, 4], logprobs=packed(CHOICES)
    )
    page = client.get(f"{made.get_absolute_url()}insight/").content.decode()
    assert "The same for 1 token." in page
    assert "They part at token 2" in page


async def test_a_lane_begins_with_no_answer_of_another_team(cast: Cast, run: Comparison) -> None:
    row = await sync_to_async(row_of)(run)
    begun = {**lane(), "fork": {"generation": row.pk, "kept": 1, "token": None}}
    async with opened(cast.charlie) as page:
        await page.send(asking(lanes=[begun]))
        assert (await page.event("error"))["code"] == "not_found"
    async with opened(cast.alice) as page:
        accepted = await page.ask(asking(lanes=[begun]))
    assert accepted["lanes"][0]["given"] == {"tokens": 1, "text": "The"}


def test_it_says_what_counts_anew(cast: Cast, client: Client, run: Comparison) -> None:
    Lane.objects.update(settings={"presence_penalty": 1.0})
    assert asked(client, cast.alice, run)["note"].startswith("Presence penalty will count from")


def test_it_forks_only_with_tokens_of_the_same_model(
    cast: Cast, client: Client, run: Comparison
) -> None:
    change(run, profile="another", model="another")
    Lane.objects.update(profile=next(iter(profiles())))
    problem = fork(client, cast.alice, run, kept=1, token=3).json()["problem"]
    assert "another model" in problem
