"""The page of views on one run: what it shows, of what is stored and of what isn't."""

import math

import pytest
from django.test import Client

from inference.analysis.log_probabilities import packed
from inference.engines.protocol import TokenLogprob
from inference.models import Generation
from playground.compare.models import Comparison, Sample
from tests.factories import Cast
from tests.playground.compare.ended_runs import ended_run

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {1: "The", 2: " fox", 3: " owl", 4: " slept", 5: ".\n"}


def choice(chosen: int, *likeliest: tuple[int, float]) -> TokenLogprob:
    top = tuple((id, WORDS[id], math.log(share)) for id, share in likeliest)
    share = dict(likeliest)[chosen]
    rank = 1 + sum(other > share for _, other in likeliest)
    return TokenLogprob(chosen, WORDS[chosen], math.log(share), rank, top)


FOX = [
    choice(1, (1, 0.9), (2, 0.1)),
    choice(2, (2, 0.6), (3, 0.4)),
    choice(4, (5, 0.7), (4, 0.3)),
]
OWL = [choice(1, (1, 0.8), (2, 0.2)), choice(3, (3, 0.9), (2, 0.1))]


def run_of(cast: Cast, *lanes: list[TokenLogprob], **figures: object) -> Comparison:
    run = ended_run(cast.alice, answers=["An answer"] * len(lanes), figures=figures)
    rows = Generation.objects.filter(sample__lane__comparison=run).order_by("pk")
    for row, choices in zip(rows, lanes, strict=True):
        row.token_ids = [one.token_id for one in choices]
        row.logprobs = packed(choices)
        row.prompt_token_ids = [7, 8]
        row.step_tokens, row.gaps_us = [1] * len(choices), [1000] * (len(choices) - 1)
        row.settings = {"temperature": 1.0}
        row.save()
    return run


def shown(client: Client, cast: Cast, run: Comparison, **asked: object) -> str:
    client.force_login(cast.alice)
    answer = client.get(f"{run.get_absolute_url()}insight/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_where_the_answers_part(cast: Cast, client: Client) -> None:
    page = shown(client, cast, run_of(cast, FOX, OWL))
    assert "The same for 1 token. At token 2 Lane A goes on with “ fox” and" in page
    assert "What each would say as token 2" in page


def test_it_compares_nothing_where_prompts_differ(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, OWL)
    Generation.objects.filter(sample__lane__position=1).update(prompt_token_ids=[9])
    assert "read different prompt tokens" in shown(client, cast, run)


def test_it_aligns_an_answer_that_was_given_its_beginning(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, OWL[1:])
    Generation.objects.filter(sample__lane__position=1).update(beginning_ids=[1])
    page = shown(client, cast, run)
    assert "At token 2 Lane A goes on with “ fox” and Lane B with “ owl”" in page
    assert "was given its beginning" in page


def test_it_says_what_the_picked_case_puts_in(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    run.cases.update(variables={"animal": "<fox>"})
    assert "Case 1: animal = “&lt;fox&gt;”" in shown(client, cast, run)


def test_it_tries_filters_without_running(cast: Cast, client: Client) -> None:
    page = shown(client, cast, run_of(cast, FOX, OWL), temperature="1", top_k="1")
    assert "1 of 3 tokens would have been cut, the first of them token 3" in page
    assert "cut by Top-k" in page


def test_it_starts_from_the_lanes_own_filters(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    assert "still be in" in shown(client, cast, run)
    Generation.objects.update(settings={"temperature": 0.0})
    assert "the first of them token 3" in shown(client, cast, run)


def test_it_looks_at_the_token_asked_for(cast: Cast, client: Client) -> None:
    page = shown(client, cast, run_of(cast, FOX, OWL), lane="B", at="99")
    assert "<h3>Token 2</h3>" in page


def test_it_says_when_a_lane_ran_with_more_than_filters(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    Generation.objects.update(settings={"temperature": 1.0, "repetition_penalty": 1.3})
    assert "This lane ran with Repetition penalty" in shown(client, cast, run)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"temperature": "9"}, "Temperature goes from 0 to 2."),
        ({"top_p": "nan"}, "Enter a number."),
        ({"top_k": "9" * 6000}, "Enter a whole number."),
        ({"at": "-1"}, "greater than or equal to 1"),
        ({"min_p": "a\x00b"}, "Enter a number."),
    ],
)
def test_it_names_what_is_wrong(
    cast: Cast, client: Client, asked: dict[str, str], message: str
) -> None:
    assert message in shown(client, cast, run_of(cast, FOX), **asked)


def test_it_sends_the_what_if_part_alone_to_htmx(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    client.force_login(cast.alice)
    answer = client.get(
        f"{run.get_absolute_url()}insight/", {"top_k": "1"}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.lstrip().startswith("<section")
    assert "token 3" in page


def test_it_bears_a_run_without_probabilities(cast: Cast, client: Client) -> None:
    run = ended_run(cast.alice, answers=["One", "Two"])
    page = shown(client, cast, run)
    assert "kept no probabilities" in page
    assert "has no tokens to compare" in page


def test_it_shows_where_the_time_went_and_the_rhythm(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, queue_us=2000, prefill_us=30_000, ttft_us=33_000, decode_us=90_000)
    Generation.objects.update(gaps_us=[1000, 9000], step_tokens=[1, 1, 2])
    page = shown(client, cast, run)
    assert "prefill 30.0 ms" in page
    assert "1 step brought several" in page


def test_it_warns_where_the_cache_helped_one_lane(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, OWL, prompt_tokens=100, cached_tokens=0)
    Generation.objects.filter(sample__lane__position=1).update(cached_tokens=96)
    assert "Lane B had 96% of its prompt in the cache" in shown(client, cast, run)


def test_it_shows_what_was_guessed_ahead(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, drafted_steps=[3, 3], accepted_steps=[2, 0])
    assert "2 of 6 guessed tokens were kept (33%)" in shown(client, cast, run)


def test_it_shows_nothing_broken_of_rows_from_elsewhere(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    Generation.objects.update(settings={"temperature": "warm", "top_k": None}, gaps_us=[5] * 9)
    assert "Enter a number." in shown(client, cast, run)


def test_it_puts_samples_of_a_lane_beside_each_other(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX)
    first = Sample.objects.get(lane__comparison=run)
    for number, text in enumerate(["An answer", "Another"], 2):
        more = Generation.objects.get(pk=first.generation_id)
        more.pk, more.text = None, text
        more.save()
        Sample.objects.create(
            lane=first.lane, case=first.case, team=first.team, number=number, generation=more
        )
    page = shown(client, cast, run)
    assert "3 samples, 2 different answers; 3 to 3 tokens" in page
    assert "<td>1, 2</td>" in page
    assert "distinct-1 0.33" in page


def test_it_gives_a_lanes_capsule_as_a_file(cast: Cast, client: Client) -> None:
    run = run_of(cast, FOX, OWL)
    client.force_login(cast.alice)
    answer = client.get(f"{run.get_absolute_url()}insight/capsule.json", {"lane": "B"})
    assert answer.headers["Content-Disposition"].endswith('lane-B.capsule.json"')
    assert answer.json()["token_ids"] == [1, 3]
    assert answer.json()["digest"]
    gone = client.get(f"{run.get_absolute_url()}insight/capsule.json", {"lane": "Z"})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("lanes", "words"),
    [
        ([FOX, FOX], "Lane A and Lane B asked the same, and the same 3 tokens came."),
        ([FOX, OWL], "Lane A and Lane B asked the same, but differ from token 2 on."),
    ],
)
def test_it_says_whether_lanes_that_asked_the_same_agree(
    cast: Cast, client: Client, lanes: list[list[TokenLogprob]], words: str
) -> None:
    run = run_of(cast, *lanes)
    Generation.objects.update(seed=5)
    assert words in shown(client, cast, run)
    Generation.objects.filter(sample__lane__position=1).update(seed=6)
    assert words not in shown(client, cast, run)
