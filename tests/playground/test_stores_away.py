"""Pages while a store is away: a clear 503 that says to come back, and never a 500."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, Cast, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def no_valkey(settings: Settings) -> None:
    """The cache looks for a socket that is not there."""
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}
    }


def held(answer: object) -> None:
    assert answer.status_code == 503  # type: ignore[attr-defined]
    assert answer["Retry-After"]  # type: ignore[index]
    assert "Try again in a few seconds" in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("no_valkey")
def test_it_says_that_signing_in_has_to_wait_for_valkey(visitor: Client) -> None:
    make_user("dora", PASSWORD)
    form = {"login": "dora@example.com", "password": PASSWORD}
    held(visitor.post("/accounts/login/", form))


@pytest.mark.parametrize("path", ["/", "/runs/", "/library/", "/inbox/", "/account/"])
def test_it_says_that_pages_have_to_wait_for_postgres(
    cast: Cast, visitor: Client, path: str
) -> None:
    visitor.force_login(cast.alice)
    away = OperationalError("connection refused")
    with patch.object(connection, "cursor", side_effect=away):
        held(visitor.get(path))


def test_it_still_calls_our_own_mistakes_by_their_name(cast: Cast, visitor: Client) -> None:
    visitor.force_login(cast.alice)
    with patch("playground.compare.views.lane_forms", side_effect=ZeroDivisionError):
        assert visitor.get("/").status_code == 500
