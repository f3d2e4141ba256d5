"""A run comes in while the team's quota has room, and never two where there is room for one."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from inference.models import Generation
from playground.compare.actions import check_run, do_run
from playground.compare.models import Comparison
from playground.compare.requests import BadInput, LaneRequest, Message, RunRequest
from playground.local.valkey import Valkey
from playground.quotas.models import Quota
from playground.quotas.months import renewal_after
from tests.factories import Cast, make_generation, membership_of
from tests.playground.compare.page import opened, run

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 1000


def request(lanes: int = 1, settings: dict[str, Any] | None = None) -> RunRequest:
    return RunRequest(
        key=uuid.uuid4(),
        messages=[Message("user", "What is KV caching?")],
        lanes=[LaneRequest("small", {"max_tokens": 16, **(settings or {})})] * lanes,
    )


def press(cast: Cast, asked: RunRequest) -> Any:
    return do_run(check_run(membership_of(cast.alice), asked))


def used(cast: Cast, tokens: int, **fields: Any) -> Generation:
    """So many tokens, in an answer that ended a moment ago."""
    ended = {"status": "done", "finished_at": timezone.now(), "prompt_tokens": 0}
    return make_generation(team_id=cast.team.pk, output_tokens=tokens, **{**ended, **fields})


def test_it_admits_one_of_fifty_where_one_token_is_left(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=LIMIT)
    used(cast, LIMIT - 1)

    def try_it(_: int) -> str:
        try:
            press(cast, request())
        except BadInput as error:
            return error.code
        finally:
            connections.close_all()
        return "accepted"

    with ThreadPoolExecutor(50) as threads:
        outcomes = list(threads.map(try_it, range(50)))
    assert sorted(outcomes) == ["accepted", *["quota"] * 49]
    assert Comparison.objects.count() == 1


def test_it_admits_as_many_requests_a_minute_as_are_allowed(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, requests_a_minute=8)

    def try_it(_: int) -> str:
        try:
            press(cast, request(lanes=2))
        except BadInput as error:
            return error.code
        finally:
            connections.close_all()
        return "accepted"

    with ThreadPoolExecutor(12) as threads:
        outcomes = list(threads.map(try_it, range(12)))
    assert outcomes.count("accepted") == 4
    Generation.objects.update(accepted_at=timezone.now() - timedelta(seconds=61))
    press(cast, request(lanes=8))


def test_it_counts_each_sample_of_a_lane(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, requests_a_minute=4)
    asked = request(settings={"samples": 4})
    press(cast, asked)
    assert Generation.objects.count() == 4
    with pytest.raises(BadInput, match="Try again in a minute"):
        press(cast, request())


def test_it_says_that_a_run_makes_too_many_requests(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, requests_a_minute=3)
    with pytest.raises(BadInput, match="This run makes 4 requests, and your team may start 3"):
        press(cast, request(lanes=4))


async def test_it_names_the_limit_and_when_it_renews(cast: Cast, valkey: Valkey) -> None:
    await Quota.objects.acreate(team=cast.team, tokens_a_month=LIMIT)
    await Generation.objects.acreate(
        team_id=cast.team.pk, profile="small", messages=[], settings={}, seed=1, status="done",
        finished_at=timezone.now(), prompt_tokens=600, output_tokens=400,
    )  # fmt: skip
    async with opened(cast.bob) as page:
        answer = await page.ask(run())
    assert (answer["type"], answer["code"]) == ("error", "quota")
    assert "1,000 tokens a month" in answer["message"]
    assert "has used 1,000 of them" in answer["message"]
    assert f"{renewal_after(timezone.now()):%-d %B %Y}" in answer["message"]
    assert await Comparison.objects.acount() == 0


def test_it_holds_what_runs_may_still_take(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=LIMIT)
    held = used(cast, 0, status="running", finished_at=None, settings={"max_tokens": LIMIT})
    with pytest.raises(BadInput, match="held for runs under way"):
        press(cast, request())
    held.status, held.finished_at, held.output_tokens = "done", timezone.now(), 10
    held.save()
    press(cast, request())


def test_it_changes_nothing_for_the_same_key(cast: Cast, valkey: Valkey) -> None:
    """A repeated message of a run that took the last of it is the run's, and no new one."""
    Quota.objects.create(team=cast.team, tokens_a_month=LIMIT)
    used(cast, LIMIT - 1)
    asked = request()
    first, again = press(cast, asked), press(cast, asked)
    assert first.comparison == again.comparison
    assert Comparison.objects.count() == 1


def test_it_leaves_teams_without_a_quota_alone(cast: Cast, valkey: Valkey) -> None:
    used(cast, 10**9)
    press(cast, request())
    Quota.objects.create(team=cast.team)
    press(cast, request())


def test_it_starts_anew_with_a_month(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=LIMIT)
    used(cast, LIMIT, finished_at=timezone.now() - timedelta(days=32))
    press(cast, request())


def test_it_counts_nothing_that_was_imported_or_is_of_others(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=LIMIT)
    used(cast, LIMIT, source="import")
    make_generation(team_id=cast.team.pk + 1, status="done", finished_at=timezone.now(),
                    output_tokens=LIMIT)  # fmt: skip
    press(cast, request())


def test_it_lets_nothing_in_where_nothing_is_allowed(cast: Cast, valkey: Valkey) -> None:
    Quota.objects.create(team=cast.team, tokens_a_month=0)
    with pytest.raises(BadInput, match="0 tokens a month"):
        press(cast, request())
