"""Who gets to see which page: every URL of the site is in this table."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.factories import Cast, make_session

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {
    "healthz", "readyz", "account_login", "account_signup", "account_inactive",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_logout", "account_confirm_login_code",
}  # fmt: skip
SIGNED_IN = {
    "workbench": "/",
    "history": "/sessions/",
    "runs": "/runs/",
    "library": "/library/",
    "inbox": "/inbox/",
    "account": "/account/",
    "switch_team": "/teams/switch/",
    "new_team": "/teams/new/",
    "team": "/teams/00000000-0000-0000-0000-000000000000/",
    "account_reauthenticate": "/accounts/reauthenticate/",
    "account_email": "/accounts/email/",
    "account_change_password": "/accounts/password/change/",
    "account_set_password": "/accounts/password/set/",
}
OF_A_TEAM = {"session": "/sessions/{id}/", "run": "/sessions/{id}/runs/1/"}


def names(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern)
        else:
            yield str(pattern.name)


def test_it_has_every_page_in_this_table() -> None:
    assert set(names(get_resolver())) == OPEN | SIGNED_IN.keys() | OF_A_TEAM.keys()


@pytest.mark.parametrize("path", [*SIGNED_IN.values(), *OF_A_TEAM.values()])
def test_it_asks_to_sign_in(cast: Cast, client: Client, path: str) -> None:
    path = path.format(id=make_session(cast.alice).public_id)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", OF_A_TEAM.values())
def test_it_shows_a_session_to_its_team_only(cast: Cast, client: Client, path: str) -> None:
    path = path.format(id=make_session(cast.alice, "A fox and a lantern").public_id)
    for person, status in (
        (cast.alice, 200), (cast.bob, 200), (cast.vera, 200), (cast.charlie, 404),
    ):  # fmt: skip
        client.force_login(person)
        answer = client.get(path)
        assert answer.status_code == status, person
        assert ("lantern" in answer.content.decode()) == (status == 200)


def test_it_keeps_the_staff_pages_from_everyone_else(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    assert client.get("/staff/").status_code == 302
    assert client.get("/staff/inference/generation/").status_code in (302, 404)


def test_it_refuses_who_belongs_to_no_team(cast: Cast, client: Client) -> None:
    cast.charlie.memberships.all().delete()
    client.force_login(cast.charlie)
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999"])
def test_it_finds_no_run_of_such_a_number(cast: Cast, client: Client, number: str) -> None:
    client.force_login(cast.alice)
    session = make_session(cast.alice)
    assert client.get(f"/sessions/{session.public_id}/runs/{number}/").status_code == 404


@pytest.mark.parametrize("path", [*SIGNED_IN.values(), *OF_A_TEAM.values()])
def test_it_changes_nothing_by_a_get_from_elsewhere(cast: Cast, client: Client, path: str) -> None:
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(cast.alice)
    path = path.format(id=make_session(cast.alice).public_id)
    assert guarded.post(path).status_code in (403, 405)
