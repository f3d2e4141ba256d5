"""A team's leaders see its usage, the site's staff everyone's, and nobody else anything."""

import pytest

from playground.accounts.models import User
from tests.factories import Cast, team_of
from tests.playground.analytics.asked import (
    SITE_PAGES,
    TEAM_PAGES,
    asked,
    ended,
    summed,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def promote(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return user


@pytest.mark.parametrize("path", [*TEAM_PAGES, "overview/over-time.csv"])
def test_it_is_not_for_members_and_viewers(cast: Cast, path: str) -> None:
    assert asked(cast.alice, f"/usage/{path}").status_code == 200
    for person in (cast.bob, cast.vera):
        assert asked(person, f"/usage/{path}").status_code == 403


@pytest.mark.parametrize("path", [*SITE_PAGES, "overview/over-time.csv"])
def test_it_shows_the_site_to_its_staff_alone(cast: Cast, path: str) -> None:
    assert asked(cast.alice, f"/usage/site/{path}").status_code == 403
    promote(cast.bob)
    assert asked(cast.bob, f"/usage/site/{path}").status_code == 200
    refused = 404 if path == "teams/" else 403
    assert asked(cast.bob, f"/usage/{path}").status_code == refused


def test_it_shows_a_team_nothing_of_another(cast: Cast) -> None:
    ended(cast.team, cast.bob)
    ended(team_of(cast.charlie), cast.charlie, profile="secret-model")
    summed()
    assert [row["user"] for row in table(cast.alice, "/usage/people/", "by-user")] == [
        "bob@example.com"
    ]
    for path in TEAM_PAGES:
        words = asked(cast.alice, f"/usage/{path}").content.decode()
        assert "secret-model" not in words
        assert "charlie@" not in words


def test_it_tells_no_name_of_someone_elsewhere(cast: Cast) -> None:
    answer = asked(cast.alice, "/usage/", user=cast.charlie.pk)
    assert answer.status_code == 400
    assert b"There is no such person here." in answer.content
    assert b"charlie@" not in answer.content
    assert asked(cast.alice, "/usage/", user=cast.bob.pk).status_code == 200


def test_it_lets_no_team_be_named_but_by_staff(cast: Cast) -> None:
    other = team_of(cast.charlie)
    answer = asked(cast.alice, "/usage/", team=other.pk)
    assert answer.status_code == 400
    assert "There is no filter “team”" in answer.content.decode()
    promote(cast.alice)
    assert asked(cast.alice, "/usage/site/", team=other.pk).status_code == 200


def test_it_is_in_the_navigation_of_those_it_is_for(cast: Cast) -> None:
    assert b'href="/usage/"' in asked(cast.alice, "/inbox/").content
    assert b'href="/usage/"' not in asked(cast.bob, "/inbox/").content
    promote(cast.bob)
    assert b'href="/usage/site/"' in asked(cast.bob, "/inbox/").content
