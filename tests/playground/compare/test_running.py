"""A press of Run: what is stored, queued and answered."""

import uuid

import pytest
import redis
from asgiref.sync import sync_to_async

from inference.dispatch import queue_of
from inference.models import Generation
from playground.accounts.models import Team
from playground.compare.models import Comparison, Lane, Session
from playground.local.valkey import Valkey
from tests.factories import Cast, generations_of, make_session
from tests.playground.compare.page import lane, opened, run

pytestmark = pytest.mark.django_db(transaction=True)


async def test_it_stores_what_is_run(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(lanes=[lane(temperature=0, seed=5), lane(max_tokens=8)]))
    assert answer["type"] == "accepted"
    assert answer["comparison"]["number"] == 1
    assert answer["comparison"]["url"] == f"{answer['session']['url']}runs/1/"
    session = await Session.objects.aget(public_id=answer["session"]["id"])
    rows = await sync_to_async(generations_of)(session)
    assert [row.pk for row in rows] == [each["generation"] for each in answer["lanes"]]
    assert [row.seed for row in rows] == [each["seed"] for each in answer["lanes"]]
    assert (session.title, session.team_id) == ("What is KV caching?", cast.team.pk)
    assert (rows[0].seed, rows[0].settings["temperature"]) == (5, 0)
    assert (rows[1].settings["max_tokens"], rows[1].settings["temperature"]) == (8, 0.7)
    assert {row.status for row in rows} == {"queued"}
    assert rows[0].messages == [{"role": "user", "content": "What is KV caching?"}]
    assert {row.team_id for row in rows} == {cast.team.pk}


async def test_it_queues_each_generation_once(cast: Cast, valkey: Valkey) -> None:
    async with opened(cast.alice) as page:
        await page.ask(run())
    with redis.Redis.from_url(valkey.url) as client:
        assert client.llen(queue_of("small")) == 2


async def test_it_says_that_no_engine_is_running(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run())
        assert "No engine is running" in answer["notice"]
        status = await page.event("status")
    assert status["status"] == "queued"
    assert status["position"] == 1
    assert "No engine is running" in status["detail"]


async def test_it_runs_once_where_a_message_is_repeated(cast: Cast, valkey: Valkey) -> None:
    message = run()
    async with opened(cast.alice) as page:
        first, again = await page.ask(message), await page.ask(message)
    async with opened(cast.alice) as page:
        later = await page.ask(message)
    assert {**first, "notice": ""} == {**again, "notice": ""} == {**later, "notice": ""}
    assert await Generation.objects.acount() == 2
    with redis.Redis.from_url(valkey.url) as client:
        assert client.llen(queue_of("small")) == 2


async def test_it_keeps_keys_of_teams_apart(cast: Cast) -> None:
    message = run()
    async with opened(cast.alice) as page:
        first = await page.ask(message)
    async with opened(cast.charlie) as page:
        other = await page.ask(message)
    assert first["session"]["id"] != other["session"]["id"]


async def test_it_counts_the_runs_of_a_session(cast: Cast) -> None:
    await Team.objects.filter(pk=cast.team.pk).aupdate(shares_by_default=True)
    async with opened(cast.alice) as page:
        first = await page.ask(run())
        second = await page.ask(run("And again?", session=first["session"]["id"]))
    async with opened(cast.bob) as page:
        third = await page.ask(run("Bob asks.", session=first["session"]["id"]))
    assert [answer["comparison"]["number"] for answer in (first, second, third)] == [1, 2, 3]
    assert second["session"] == first["session"]
    assert await Comparison.objects.acount() == 3


async def test_it_draws_a_seed_for_each_lane(cast: Cast) -> None:
    async with opened(cast.alice) as page:
        answer = await page.ask(run(lanes=[lane(seed=None), lane(seed="")]))
    one, two = (each["seed"] for each in answer["lanes"])
    assert one != two
    assert {row.settings.get("seed") async for row in Lane.objects.all()} == {None}


async def test_it_finds_no_session_of_others(cast: Cast) -> None:
    session = await sync_to_async(make_session)(cast.charlie)
    for id in (session.public_id, uuid.uuid4()):
        async with opened(cast.alice) as page:
            answer = await page.ask(run(session=str(id)))
        assert (answer["type"], answer["code"]) == ("error", "not_found")
    assert await Comparison.objects.acount() == 1


async def test_it_lets_viewers_only_look(cast: Cast) -> None:
    session = await sync_to_async(make_session)(cast.alice)
    (row,) = await sync_to_async(generations_of)(session)
    async with opened(cast.vera) as page:
        assert (await page.ask(run()))["code"] == "forbidden"
        assert (await page.ask({"type": "stop", "generation": row.pk}))["code"] == "forbidden"
        await page.send({"type": "watch", "generations": [{"generation": row.pk}]})
        assert (await page.event("status"))["generation"] == row.pk
    assert await Generation.objects.acount() == 1


async def test_it_refuses_while_the_queue_is_away(cast: Cast, valkey: Valkey) -> None:
    async with opened(cast.alice) as page:
        valkey.kill()
        try:
            answer = await page.ask(run())
        finally:
            valkey.restart()
        assert answer["code"] == "unavailable"
        assert "nothing was started" in answer["message"]
        assert await Session.objects.acount() == 0
        assert (await page.ask(run()))["type"] == "accepted"


async def test_it_hands_nobody_the_run_of_a_teammate_for_its_key(cast: Cast) -> None:
    asked = run("Alice's own.")
    async with opened(cast.alice) as page:
        await page.ask(asked)
    async with opened(cast.bob) as page:
        refused = await page.ask({**asked, "messages": [{"role": "user", "content": "Bob's"}]})
    assert refused["type"] == "error"
    assert "changed meanwhile" in refused["message"]
