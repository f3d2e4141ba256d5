"""Starting and stopping by hand: who may, what is asked for, and what ends with an engine."""

import pytest
import redis
from django.test import Client

from inference import launches
from inference.launches import Want
from inference.models import Generation
from playground.local.valkey import Valkey
from tests.factories import Cast, make_generation, team_of
from tests.playground.engines.conftest import Supervise

pytestmark = pytest.mark.django_db(transaction=True)
START, STOP = "/engines/quick/start/", "/engines/quick/stop/"


@pytest.fixture(autouse=True)
def _supervised(supervise: Supervise) -> None:
    supervise("ready")


def said(client: Client, path: str) -> str:
    """Press a button; what the page then says."""
    return client.post(path, follow=True).content.decode()


def test_it_asks_for_an_engine(cast: Cast, client: Client, store: redis.Redis) -> None:
    client.force_login(cast.alice)
    assert "Quick words is being started." in said(client, START)
    wanted = launches.take_wants(store)
    assert wanted == {"quick": Want(verb="retry", memory_mib=300, by_person=True)}


def test_it_answers_a_button_with_the_list_and_the_words(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    part = client.post(START, headers={"HX-Request": "true"}).content.decode()
    assert "Quick words is being started." in part
    assert 'id="engine-quick"' in part
    assert "<html" not in part


@pytest.mark.parametrize("path", [START, STOP])
def test_it_refuses_members_and_viewers(
    cast: Cast, client: Client, store: redis.Redis, path: str
) -> None:
    for person in (cast.bob, cast.vera):
        client.force_login(person)
        assert client.post(path).status_code == 403
    assert launches.take_wants(store) == {}


@pytest.mark.parametrize("name", ["nobody", "a%00b", "..%2f..", "x" * 300])
def test_it_knows_no_such_profile(
    cast: Cast, client: Client, store: redis.Redis, name: str
) -> None:
    client.force_login(cast.alice)
    for verb in ("start", "stop"):
        assert client.post(f"/engines/{name}/{verb}/").status_code == 404
    assert launches.take_wants(store) == {}


def test_it_does_not_start_what_cannot(cast: Cast, client: Client, store: redis.Redis) -> None:
    client.force_login(cast.alice)
    assert "Gone words cannot start here." in said(client, "/engines/gone/start/")
    assert launches.take_wants(store) == {}


def test_it_leaves_the_operators_engines_alone(
    cast: Cast, client: Client, store: redis.Redis
) -> None:
    client.force_login(cast.alice)
    store.delete(launches.SUPERVISION)
    for path in (START, STOP):
        assert "by whoever operates this installation." in said(client, path)
    assert launches.take_wants(store) == {}


def test_it_never_stops_the_one_that_always_runs(
    cast: Cast, client: Client, store: redis.Redis
) -> None:
    client.force_login(cast.alice)
    assert "always runs and is not stopped here." in said(client, "/engines/small/stop/")
    assert launches.take_wants(store) == {}


def test_it_ends_what_waits_there_with_the_engine(
    cast: Cast, client: Client, store: redis.Redis
) -> None:
    client.force_login(cast.alice)
    mine = make_generation(profile="quick", team_id=cast.team.pk)
    other = make_generation(profile="small", team_id=cast.team.pk)
    assert "1 answer ended with it." in said(client, STOP)
    assert launches.take_wants(store) == {"quick": Want(verb="stop", memory_mib=300)}
    assert Generation.objects.get(pk=mine.pk).status == "stopped"
    assert Generation.objects.get(pk=other.pk).status == "queued"


def test_it_stops_no_other_teams_runs_unless_staff_does(
    cast: Cast, client: Client, store: redis.Redis
) -> None:
    theirs = make_generation(profile="quick", team_id=team_of(cast.charlie).pk)
    client.force_login(cast.alice)
    assert "is at work for another team." in said(client, STOP)
    assert Generation.objects.get(pk=theirs.pk).status == "queued"
    assert launches.take_wants(store) == {}
    cast.vera.is_staff = True
    cast.vera.save()
    client.force_login(cast.vera)
    assert "1 answer ended with it." in said(client, STOP)
    assert Generation.objects.get(pk=theirs.pk).status == "stopped"


def test_it_says_that_nothing_was_done_while_valkey_is_away(
    cast: Cast, client: Client, valkey: Valkey
) -> None:
    client.force_login(cast.alice)
    valkey.kill()
    try:
        words = said(client, STOP)
    finally:
        valkey.restart()
    assert "so nothing was done" in words
