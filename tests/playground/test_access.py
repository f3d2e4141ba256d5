"""The walk over every page: nobody reaches what is not theirs, and no route is left out."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from playground.accounts.models import User
from playground.local.valkey import Valkey
from tests.factories import Cast, make_cast, make_session
from tests.playground.routes import (
    OBJECTS,
    OPEN,
    SIGNED_IN,
    VIEWER_MAY_NOT_POST,
    Route,
    World,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def world(cast: Cast, valkey: Valkey) -> World:
    return World(cast)


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """All routes but the staff's by name, or by address where they have none."""
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if not isinstance(pattern, URLResolver):
            yield pattern.name or path
        elif pattern.namespace != "admin":
            yield from names(pattern, path)


def both(path: str, person: User | None = None) -> list[HttpResponse]:
    """What a person, or someone not signed in, is answered to GET and to POST."""
    browser = Client()
    if person is not None:
        browser.force_login(person)
    return [browser.get(path), browser.post(path)]  # type: ignore[list-item]


def statuses(path: str, person: User) -> set[int]:
    """The same in numbers, without what says that the method is not for this page."""
    return {answer.status_code for answer in both(path, person)} - {405}


def assert_asked_to_sign_in(path: str) -> None:
    answers = [answer for answer in both(path) if answer.status_code != 405]
    assert answers
    for answer in answers:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/"), answer["Location"]


def test_it_has_every_route_in_its_tables() -> None:
    tables = [*OPEN, *SIGNED_IN, *OBJECTS]
    assert len(tables) == len(set(tables))
    assert set(names(get_resolver())) == set(tables)


@pytest.mark.parametrize("route", OBJECTS.values(), ids=OBJECTS)
def test_it_keeps_an_object_to_those_it_is_for(route: Route, world: World) -> None:
    path, cast = route.path(world), world.cast
    assert_asked_to_sign_in(path)
    assert statuses(path, cast.charlie) == {404}
    if route.alices_own:
        assert statuses(path, cast.bob) == {404}
    if route.leaders_only:
        assert statuses(path, cast.bob) == statuses(path, cast.vera) == {403}
    if route.viewer_may_not:
        assert both(path, cast.vera)[1].status_code == 403
    if route.can_be_private:
        world.make_private()
        assert statuses(path, cast.bob) == {404}
        world.make_shared()
    found = statuses(path, cast.alice)
    assert found
    assert found <= {200, 302, 400, 422}


@pytest.mark.parametrize("name", SIGNED_IN)
def test_it_asks_to_sign_in(name: str, world: World) -> None:
    path = SIGNED_IN[name]
    assert_asked_to_sign_in(path)
    if name in VIEWER_MAY_NOT_POST:
        assert both(path, world.cast.vera)[1].status_code == 403


@pytest.mark.parametrize("name", ["session", "run", "prompt", "preset", "team"])
def test_it_shows_the_team_what_it_shares(name: str, world: World) -> None:
    path = OBJECTS[name].path(world)
    for person in (world.cast.alice, world.cast.bob, world.cast.vera):
        assert both(path, person)[0].status_code == 200, person


def test_another_teams_name_on_a_request_opens_nothing(world: World) -> None:
    browser, team = Client(), str(world.cast.team.public_id)
    browser.force_login(world.cast.charlie)
    assert browser.get("/", headers={"X-Team": team}).status_code == 404
    assert browser.post("/library/prompts/new/", {"team": team}).status_code == 404
    assert browser.get("/", headers={"X-Team": "nonsense"}).status_code == 404


def test_it_keeps_the_staff_pages_from_everyone_else(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    assert client.get("/staff/").status_code in (302, 403)
    assert client.get("/staff/accounts/user/").status_code in (302, 403)


def test_it_refuses_who_belongs_to_no_team(cast: Cast, client: Client) -> None:
    cast.charlie.memberships.all().delete()
    client.force_login(cast.charlie)
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999"])
def test_it_finds_no_run_of_such_a_number(cast: Cast, client: Client, number: str) -> None:
    client.force_login(cast.alice)
    session = make_session(cast.alice)
    assert client.get(f"/sessions/{session.public_id}/runs/{number}/").status_code == 404


def test_it_changes_nothing_by_a_form_from_elsewhere(world: World) -> None:
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(world.cast.alice)
    for path in [*(route.path(world) for route in OBJECTS.values()), *SIGNED_IN.values()]:
        assert guarded.post(path).status_code in (403, 405), path
